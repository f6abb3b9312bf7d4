// The public door of the simulator.

export type { Data, DataRecord } from './data.ts'
export * from './env.ts'
export type * from './event.ts'
export * from './time.ts'
export { type RandomStream, RandomStreams, randomStream, type Seed } from './random.ts'
export type * from './invariant.ts'
export * from './parameters.ts'
export * from './scenario.ts'
