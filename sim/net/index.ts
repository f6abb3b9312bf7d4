// The network: links, messages, datagrams, byte streams, names, partitions.

export { type Distribution, quantile, type Sampler, sampler } from './distribution.ts'
export { Network } from './network.ts'
export { lanDefault, type NetworkProfile } from './profile.ts'
