/** Pictures of protocols: the state machine of a side, and the conversation on which a pair parts. As SVG and as Mermaid. */

export { drawSequenceAsMermaid, drawStatesAsMermaid } from './mermaid.ts'
export { drawSequenceAsSvg } from './sequence-svg.ts'
export { createStatePicture, type Arrow, type ArrowMessage, type Place, type StatePicture } from './state-picture.ts'
export { drawStatesAsSvg, PLACES_MAX } from './state-svg.ts'
