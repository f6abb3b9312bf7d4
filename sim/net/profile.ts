// Network profiles: what links are like before anything goes wrong.

import type { Distribution } from './distribution.ts'
import { ms, us, type Duration } from '../time.ts'

/** What every link of a network is like, per direction. */
export interface NetworkProfile {
  /** The least time anything takes. */
  readonly latencyMin: Duration
  /** What comes on top, drawn for each message. */
  readonly latency: Distribution
  /** Bytes a second; 0 for unlimited. What exceeds it queues. */
  readonly bandwidth: number
  /** How many bytes may queue for the bandwidth; what exceeds them is lost. */
  readonly queueMax: number
  /** Ratios of messages and datagrams that are lost, doubled, delayed out of order, or damaged. */
  readonly lossRatio: number
  readonly duplicationRatio: number
  readonly reorderRatio: number
  readonly corruptionRatio: number
}

/** The default: a data centre in which about one message in twenty is an order of magnitude late. */
export const lanDefault: NetworkProfile = {
  latencyMin: us(100),
  latency: {
    kind: 'bimodal',
    body: { kind: 'log-normal', median: us(400), sigma: 0.4 },
    tail: { kind: 'exponential', mean: ms(8) },
    tailRatio: 0.05,
  },
  bandwidth: 0,
  queueMax: 1 << 20,
  lossRatio: 0,
  duplicationRatio: 0,
  reorderRatio: 0,
  corruptionRatio: 0,
}
