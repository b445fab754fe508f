/** Everything that is fuzzed. */

import { LINK_TARGET } from './link-target.ts'
import { PAYLOAD_TARGETS } from './payload-targets.ts'
import type { Target } from './target.ts'
import { WIRE_TARGETS } from './wire-targets.ts'

export const TARGETS: readonly Target[] = [...WIRE_TARGETS, ...PAYLOAD_TARGETS, LINK_TARGET]
