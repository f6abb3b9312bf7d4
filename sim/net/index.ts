// The network: links, messages, datagrams, byte streams, names, partitions.

export { linkOfDelivery } from './deliver-message.ts'
export { type Distribution, quantile } from './distribution.ts'
export { Link } from './link.ts'
export { Network, type NetworkOptions } from './network.ts'
export type { Pacing } from './pacer.ts'
export { networkProfileProblems } from './profile-problems.ts'
export {
  heavy,
  lan,
  lanDefault,
  light,
  type LinkOverride,
  type LinkProfile,
  networkProfiles,
  type NetworkProfile,
  perfect,
  type ProfileChanges,
  slow,
  streamDefaults,
  type StreamProfile,
  type Tail,
  uniform,
  wan,
} from './profile.ts'
export { dropWaiting } from './program-input.ts'
export { RecordedNetwork, type RecordedNetworkSpec } from './recorded/recorded-network.ts'
export type { Packet, PacketTest } from './rule.ts'
export { latencyMatrix, type Zone, zoned, type ZoneLink } from './zones.ts'
export { HandOver, iterate } from './hand-over.ts'
export { checkPort } from './ports.ts'
export { copyOf } from './written-bytes.ts'
export { ByteQueue } from './stream/byte-queue.ts'
export { LineSplitter, type SplitLine } from './stream/line-splitter.ts'
