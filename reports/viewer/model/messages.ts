// What went from node to node, and what became of it: every event of one node that led to an event of another,
// and what a node sent to itself.

import type { Run } from './run.ts'

/** What became of a message. */
export const fates = ['delivered', 'late', 'duplicated', 'lost', 'under way'] as const
/** What became of a message. */
export type Fate = (typeof fates)[number]

/** All messages, in the order in which they were sent. */
export interface Messages {
  readonly count: number
  readonly send: Uint32Array
  /** The event at the other end, or that tells of the loss; 0 while under way. */
  readonly end: Uint32Array
  readonly source: Uint32Array
  readonly target: Uint32Array
  /** The place in `fates`. */
  readonly fate: Uint8Array
  /** The place of the message that an event sent, plus one. */
  readonly bySend: Uint32Array
}

const delivered = 0
const late = 1
const duplicated = 2
const lost = 3
const underWay = 4
/** A delivery is late that took longer than nearly all, and several times as long as most; or very many times. */
const lateShare = 0.99
const lateFactor = 5
const lateFactorAlways = 20

interface Open {
  readonly send: number
  end: number
  readonly source: number
  readonly target: number
  fate: number
}

/** Finds the messages of a run. */
export function findMessages(run: Run): Messages {
  const all: Open[] = []
  const of = new Uint32Array(run.count + 1)
  const kinds = kindNumbers(run)
  for (let seq = 1; seq <= run.count; seq++) takeEvent(run, seq, { all, of, kinds })
  markLate(run, all)
  all.sort((a, b) => a.send - b.send || a.end - b.end)
  const column = (pick: (message: Open) => number): Uint32Array => Uint32Array.from(all, pick)
  const send = column((message) => message.send)
  const bySend = new Uint32Array(run.count + 1)
  send.forEach((seq, place) => {
    bySend[seq] ||= place + 1
  })
  return {
    count: all.length,
    send,
    end: column((message) => message.end),
    source: column((message) => message.source),
    target: column((message) => message.target),
    fate: Uint8Array.from(all, (message) => message.fate),
    bySend,
  }
}

interface Kinds {
  readonly sends: ReadonlySet<number>
  readonly drop: number
  readonly duplicate: number
}

function kindNumbers(run: Run): Kinds {
  return {
    sends: new Set([run.kindNumber('send'), run.kindNumber('datagram-send')].filter((kind) => kind >= 0)),
    drop: run.kindNumber('drop'),
    duplicate: run.kindNumber('duplicate'),
  }
}

interface Found {
  readonly all: Open[]
  /** The place of the message that an event began, plus one. */
  readonly of: Uint32Array
  readonly kinds: Kinds
}

function takeEvent(run: Run, seq: number, found: Found): void {
  const { all, of, kinds } = found
  const [kind, node, cause, peer] = [
    run.kind[seq],
    run.node[seq],
    run.cause[seq],
    run.peer[seq],
  ] as number[] as [number, number, number, number]
  if (kinds.sends.has(kind) || kind === kinds.duplicate) {
    if (peer === 0) return
    of[seq] = all.push({
      send: seq,
      end: 0,
      source: node,
      target: peer - 1,
      fate: kind === kinds.duplicate ? duplicated : underWay,
    })
    return
  }
  if (cause === 0) return
  const sent = all[(of[cause] as number) - 1]
  if (kind === kinds.drop) takeDrop(seq, { sent, cause, node, target: peer - 1 }, all)
  else if (
    (run.node[cause] !== node || sent?.target === node) &&
    node !== run.world &&
    run.node[cause] !== run.world
  )
    takeArrival(seq, { sent, cause, node: run.node[cause] as number, target: node }, all)
}

interface Arrival {
  readonly sent: Open | undefined
  readonly cause: number
  readonly node: number
  readonly target: number
}

function takeDrop(seq: number, { sent, cause, node, target }: Arrival, all: Open[]): void {
  if (sent !== undefined && sent.end === 0) {
    sent.end = seq
    sent.fate = lost
  } else if (target >= 0) all.push({ send: cause, end: seq, source: node, target, fate: lost })
}

function takeArrival(seq: number, { sent, cause, node, target }: Arrival, all: Open[]): void {
  if (sent !== undefined && sent.end === 0 && sent.target === target) {
    sent.end = seq
    if (sent.fate === underWay) sent.fate = delivered
    return
  }
  const fate = sent === undefined || sent.end === 0 ? delivered : duplicated
  all.push({ send: cause, end: seq, source: node, target, fate })
}

function markLate(run: Run, all: readonly Open[]): void {
  const took = ({ send, end }: Open): number => (run.at[end] as number) - (run.at[send] as number)
  const arrived = all.filter(({ fate }) => fate === delivered)
  if (arrived.length === 0) return
  const times = Float64Array.from(arrived, took).sort()
  const median = times[times.length >> 1] as number
  const high = times[Math.floor((times.length - 1) * lateShare)] as number
  const limit = Math.max(median * lateFactor, Math.min(high, median * lateFactorAlways))
  if (limit === 0) return
  for (const message of arrived) if (took(message) > limit) message.fate = late
}
