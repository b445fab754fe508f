/** `coxswain/testing`: links without a network. */

export { createMemoryLinks, type MemoryLinkOptions } from './memory-links.ts'
