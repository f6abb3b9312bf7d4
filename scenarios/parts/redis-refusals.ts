// What a Redis server promises when its disk fails: writes are refused with the words of Redis, and what was refused was not done.

import { DiskOutages } from './disk-outages.ts'
import { fold } from '../../invariants/index.ts'
import { type Data, type Invariant, ms, type NodeId } from '../../sim/index.ts'

/** No read shows a value whose write was refused, or never sent. Values are written once. */
export const refusedWritesAreNotSeen: Invariant = fold({
  name: 'refused writes are not seen',
  kinds: ['operation'],
  unit: 'refused writes',
  initial: () => ({ writing: new Map<number, Data>(), refused: new Set<Data>() }),
  on: ({ writing, refused }, { f, id, phase, value }) => {
    if (f === 'put' && phase === 'invoke') writing.set(id, value)
    const written = writing.get(id)
    if (phase === 'fail' && written !== undefined) refused.add(written)
    if (phase !== 'invoke') writing.delete(id)
    return f === 'get' && phase === 'ok' && refused.has(value)
      ? `a write that was refused is read\n${JSON.stringify(value)}`
      : null
  },
  looked: ({ refused }) => refused.size,
})

const refusals: ReadonlySet<string> = new Set([
  'MISCONF Errors writing to the AOF file: No space left on device',
  'MISCONF Errors writing to the AOF file: Input/output error',
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.",
])

/** Every error that a server replies is one of those with which Redis refuses writes while its disk fails. */
export const refusesAsRedisDoes: Invariant = fold({
  name: 'refuses as Redis does',
  kinds: ['operation'],
  unit: 'refusals',
  initial: () => ({ looked: 0 }),
  on: (state, { f, phase, error }) => {
    // What the client itself says (a time-out, a connection that broke) has no code in capitals.
    if (phase !== 'fail' || error === undefined || !/^[A-Z]+ /.test(error)) return null
    state.looked++
    return f === 'put' && refusals.has(error) ? null : `an error that Redis does not give\n${f}: ${error}`
  },
  looked: ({ looked }) => looked,
})

/** So long after a disk has become full a server may still not have noticed: a snapshot is due after a second. */
const noticedAfter = ms(1500)

/** Nothing is acknowledged that was asked for when the server had been up, and its disk full and nothing else, for 1.5 seconds. */
export function refusesWhileFull(server: NodeId): Invariant {
  return fold({
    name: 'refuses writes while the disk is full',
    kinds: ['operation', 'start', 'fault-begin', 'fault-end'],
    unit: 'writes to a full disk',
    initial: () => ({
      outages: new DiskOutages(server, ms(0)),
      /** When the server or its disk last changed; writes that were begun long enough after. */
      since: 0,
      open: new Set<number>(),
      looked: 0,
    }),
    on: (state, event) => {
      if (event.kind !== 'operation') {
        if (event.kind !== 'start') state.outages.take(event)
        state.since = event.at
        state.open.clear()
        return null
      }
      const { f, id, phase, at } = event
      if (f === 'put' && phase === 'invoke' && at - state.since >= noticedAfter && isFull(state.outages)) {
        state.open.add(id)
        state.looked++
      }
      return phase === 'ok' && state.open.has(id) ? 'a write to a full disk is acknowledged' : null
    },
    looked: ({ looked }) => looked,
  })
}

function isFull({ active }: DiskOutages): boolean {
  return active.length === 1 && active[0]?.fault.kind === 'disk-full'
}
