/** What a layered layout takes in and gives back. Boxes are measured from their middle, since one may have something beside it. */

export interface LayoutGraph {
  readonly boxes: readonly Box[]
  readonly lines: readonly Line[]
}

export interface Box {
  /** How far it reaches from its middle to either side. */
  readonly left: number
  readonly right: number
  readonly height: number
}

/** A line from one box to another, never to itself; with a label, which stands on it near its source. */
export interface Line {
  readonly from: number
  readonly to: number
  readonly labelWidth: number
  readonly labelHeight: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** The middle of each box. */
  readonly boxes: readonly Spot[]
  readonly lines: readonly LinePlace[]
}

export interface Spot {
  readonly x: number
  readonly y: number
}

export interface LinePlace {
  /** The middle of its label. */
  readonly label: Spot
  /** From source to target: stretches that go straight up or down, each joined to the next by a curve. */
  readonly stretches: readonly Stretch[]
}

export interface Stretch {
  readonly x: number
  readonly from: number
  readonly to: number
}
