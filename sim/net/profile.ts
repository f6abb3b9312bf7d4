// Network profiles: what links are like before anything goes wrong, as plain data.

import type { Distribution } from './distribution.ts'
import { asFields, Problems } from './problems.ts'
import type { NodeId } from '../event.ts'
import { type Duration, ms, seconds, us } from '../time.ts'

/** What one direction of a link is like. Of a node's link to itself only the latency counts: it loses and damages nothing. */
export interface LinkProfile {
  /** The least time anything takes. */
  readonly latencyMin: Duration
  /** What comes on top, drawn for each message. */
  readonly latency: Distribution
  /** Bytes a second; 0 for unlimited. What exceeds it queues. */
  readonly bandwidth: number
  /** How many bytes may queue for the bandwidth; what exceeds them is lost. */
  readonly queueMax: number
  /** Ratios (0 to 1) of messages, datagrams and stream segments that are lost, doubled, delayed, or damaged. */
  readonly lossRatio: number
  readonly duplicationRatio: number
  readonly reorderRatio: number
  readonly corruptionRatio: number
  /** By how much at most something that is reordered is late. */
  readonly reorderWindow: Duration
}

/** What the links of a network are like, per direction. */
export interface NetworkProfile extends LinkProfile {
  /** Links that differ from the rest; where several entries concern a link, each later one counts on top. */
  readonly overrides?: readonly LinkOverride[]
  /** How long the look-up of a name takes (default: as long as a message takes on the usual link). */
  readonly nameLatency?: Distribution
  /** How byte streams behave, where that is to differ from `streamDefaults`. */
  readonly streams?: Partial<StreamProfile>
}

/** Links that differ from the rest of the network: from each of `from` to each of `to`. */
export interface LinkOverride {
  readonly from: readonly NodeId[] | 'any'
  readonly to: readonly NodeId[] | 'any'
  /** Also the way back (default true). */
  readonly isSymmetric?: boolean
  readonly link: Partial<LinkProfile>
}

/** How byte streams behave. */
export interface StreamProfile {
  /** How many bytes may be on their way or unread at the receiver, per direction; also the room for unsent writes. */
  readonly window: number
  /** How many connections a server holds that the program has not accepted; more are refused. */
  readonly backlogMax: number
  /** The largest segment in bytes. */
  readonly segmentMax: number
  /** The ratio of segments that are cut at a random place although more bytes are there. */
  readonly splitRatio: number
  /** How many unsent bytes a program may pile up without awaiting; a write beyond rejects with ENOBUFS. */
  readonly unsentMax: number
  /** How long `connect` tries, unless it is told otherwise. */
  readonly connectTimeout: Duration
  /** After how long an unanswered attempt to connect is made again; doubles each time. */
  readonly connectRetry: Duration
  /** After how long a segment that is not acknowledged is sent again at the earliest; doubles each time … */
  readonly retransmissionMin: Duration
  /** … up to this. */
  readonly retransmissionMax: Duration
  /** After how long without a sign of the peer a stream is broken with ETIMEDOUT. */
  readonly giveUpAfter: Duration
}

/** Streams as on common systems, but giving up after 30 s rather than a quarter of an hour. */
export const streamDefaults: StreamProfile = {
  window: 65_536,
  backlogMax: 511,
  segmentMax: 16_384,
  splitRatio: 0.5,
  unsentMax: 67_108_864,
  connectTimeout: seconds(10),
  connectRetry: seconds(1),
  retransmissionMin: ms(200),
  retransmissionMax: seconds(10),
  giveUpAfter: seconds(30),
}

/** How often something is late, and by how much on average. */
export interface Tail {
  readonly ratio: number
  readonly mean: Duration
}

/** One in twenty is an order of magnitude late: what uniform latencies never reach. */
export const heavy: Tail = { ratio: 0.05, mean: ms(8) }

/** Nothing is late beyond the body of the distribution. */
export const light: Tail = { ratio: 0, mean: us(0) }

/**
 * What a preset may be told: any field of the profile in place of its own, and how heavy its tail is. A tail comes on top
 * of the preset's own latency: beside another `latency` it is refused with a RangeError, as is a tail that is none.
 */
export type ProfileChanges = Partial<NetworkProfile> & { readonly tail?: Tail }

const clean = {
  bandwidth: 0,
  queueMax: 1_048_576,
  lossRatio: 0,
  duplicationRatio: 0,
  reorderRatio: 0,
  corruptionRatio: 0,
  reorderWindow: ms(10),
} as const

/** A data centre: half a millisecond, about one message in twenty an order of magnitude late. */
export function lan(changes: ProfileChanges = {}): NetworkProfile {
  const { tail, ...fields } = checkedChanges(changes, heavy)
  const latency = withTail({ kind: 'log-normal', median: us(400), sigma: 0.4 }, tail)
  return { ...clean, latencyMin: us(100), latency, ...fields }
}

/** Between continents: 40 ms and more, one in twenty hundreds of milliseconds late, one in a thousand lost. */
export function wan(changes: ProfileChanges = {}): NetworkProfile {
  const { tail, ...fields } = checkedChanges(changes, { ratio: 0.05, mean: ms(250) })
  const latency = withTail({ kind: 'log-normal', median: ms(8), sigma: 0.6 }, tail)
  return { ...clean, latencyMin: ms(35), latency, lossRatio: 0.001, ...fields }
}

/** Every message takes the same time, nothing is ever wrong: for tests of what happens and not when. */
export function perfect(changes: ProfileChanges & { readonly takes?: Duration } = {}): NetworkProfile {
  const { tail, takes = ms(1), ...fields } = checkedChanges(changes, light)
  const latency = withTail({ kind: 'constant', value: us(0) }, tail)
  return { ...clean, latencyMin: takes, latency, streams: { splitRatio: 0 }, ...fields }
}

/** Every latency up to a millisecond is equally likely, none is later: what naive simulators draw, for comparison. */
export function uniform(changes: ProfileChanges = {}): NetworkProfile {
  const { tail: _none, ...fields } = changes
  const latency: Distribution = { kind: 'uniform', min: us(0), max: us(900) }
  return { ...clean, latencyMin: us(100), latency, ...fields }
}

/** A thin and crowded line: 100 ms to seconds, 16 KB a second with a short queue, one in a hundred lost. */
export function slow(changes: ProfileChanges = {}): NetworkProfile {
  const { tail, ...fields } = checkedChanges(changes, { ratio: 0.05, mean: seconds(2) })
  const latency = withTail({ kind: 'log-normal', median: ms(150), sigma: 0.8 }, tail)
  const line = { bandwidth: 16_000, queueMax: 32_000, lossRatio: 0.01, reorderWindow: ms(500) }
  return { ...clean, latencyMin: ms(100), latency, ...line, ...fields }
}

/** The default: `lan()`. */
export const lanDefault: NetworkProfile = lan()

/** The presets by name. */
export const networkProfiles: ReadonlyMap<string, () => NetworkProfile> = new Map([
  ['lan', lan],
  ['wan', wan],
  ['perfect', perfect],
  ['slow', slow],
  ['uniform', uniform],
  ['calm', () => lan({ tail: light })],
  ['jittery', () => lan({ tail: { ratio: 0.2, mean: ms(15) } })],
])

function checkedChanges<C extends ProfileChanges>(changes: C, usual: Tail): C & { readonly tail: Tail } {
  const { tail, latency } = changes
  if (tail === undefined) return { ...changes, tail: usual }
  const problems = new Problems()
  const fields = asFields(tail)
  if (fields === null) problems.add('tail', tail, 'an object { ratio, mean }, such as heavy')
  else {
    problems.fields<Tail>('tail', fields, { ratio: true, mean: true })
    problems.ratio('tail.ratio', fields['ratio'])
    problems.span('tail.mean', fields['mean'])
  }
  if (latency !== undefined) problems.add('tail', 'a tail beside a latency', 'one of the two')
  if (problems.list.length > 0) throw new RangeError(`network profile: ${problems.list.join('; ')}`)
  return { ...changes, tail }
}

function withTail(body: Distribution, tail: Tail): Distribution {
  if (tail.ratio === 0) return body
  return { kind: 'bimodal', body, tail: { kind: 'exponential', mean: tail.mean }, tailRatio: tail.ratio }
}
