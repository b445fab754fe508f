/** `coxswain/testing`: links without a network, and simulations of a whole conversation without real time. */

export { createMemoryLinks, type MemoryLinkOptions } from './memory-links.ts'
export {
  createSimulation,
  type SimulatedLinkOptions,
  type SimulatedLinks,
  type Simulation,
  type SimulationOptions,
} from './simulation.ts'
export type { NetworkConditions } from './network-conditions.ts'
export type { SimulatedClock, SimulatedProcess } from './simulated-clock.ts'
export type { End, SimulatedConnection, Tamper } from './simulated-network.ts'
