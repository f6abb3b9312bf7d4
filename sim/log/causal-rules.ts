// Which event may be the cause of which. An input of a node (what begins a step of its program) is caused by what led to
// it elsewhere or earlier: a deliver by a send, a timer-fire by a timer-set. Everything else that a step logs has the
// step's input as its cause, or stems from the world.

import type { Event, EventKind } from '../event.ts'

/** The kinds that may cause an event of a kind; kinds that are not listed may be caused by anything. */
const causesOfKind: ReadonlyMap<string, readonly EventKind[]> = new Map<EventKind, readonly EventKind[]>([
  ['deliver', ['send', 'duplicate']],
  ['datagram-deliver', ['datagram-send', 'duplicate']],
  ['timer-fire', ['timer-set']],
  ['cpu-done', ['cpu']],
  ['disk-result', ['disk-request']],
  ['resolve-result', ['resolve']],
  ['stream-read', ['stream-write']],
  ['stream-drain', ['stream-write']],
  // A program that stops or exits ends the streams that it leaves behind.
  ['stream-ended', ['stream-end', 'stop', 'exit']],
  ['accept', ['connect']],
])

/** Inputs: kinds that begin a step of a node's program, or end its life from outside. */
export const inputKinds: ReadonlySet<string> = new Set<EventKind>([
  'start',
  'deliver',
  'timer-fire',
  'disk-result',
  'datagram-deliver',
  'connect-result',
  'accept',
  'stream-read',
  'stream-drain',
  'stream-ended',
  'stream-reset',
  'resolve-result',
  'cpu-done',
  'crash',
  'pause',
  'resume',
  'stop-asked',
])

/** What is wrong with an event's cause, as a sentence; null when it obeys the rules. `cause` is null when it is 0. */
export function causalProblem(event: Event, cause: Event | null): string | null {
  const wanted = causesOfKind.get(event.kind)
  if (cause === null)
    return wanted === undefined ? null : `${name(event)} has no cause, wanted ${wanted.join(' or ')}`
  if (cause.seq >= event.seq) return `${name(event)} is caused by ${name(cause)}, which is not earlier`
  if (cause.at > event.at) return `${name(event)} is caused by ${name(cause)}, which happened later`
  if (wanted !== undefined && !wanted.some((kind) => kind === cause.kind))
    return `${name(event)} is caused by ${name(cause)}, wanted ${wanted.join(' or ')}`
  return pairProblem(event, cause)
}

/** Request and result must be of one another: the same ends, the same timer, the same path. */
function pairProblem(event: Event, cause: Event): string | null {
  const mismatch = (what: string): string => `${name(event)} is caused by ${name(cause)} of another ${what}`
  if (event.kind === 'deliver' && cause.kind === 'send') {
    if (cause.node !== event.source) return mismatch('source')
    return cause.target === event.node ? null : mismatch('target')
  }
  if (event.kind === 'timer-fire' && cause.kind === 'timer-set') {
    return cause.node === event.node && cause.timer === event.timer ? null : mismatch('timer')
  }
  if (event.kind === 'disk-result' && cause.kind === 'disk-request') {
    return cause.node === event.node && cause.operation === event.operation ? null : mismatch('operation')
  }
  return null
}

function name(event: Event): string {
  return `${event.kind} ${event.seq}`
}
