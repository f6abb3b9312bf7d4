// What a server promises that syncs now and then: what it loses in a crash is young.

import { fold } from '../../invariants/index.ts'
import { DiskOutages } from './disk-outages.ts'
import { type Data, type Duration, type Invariant, ms, type NodeId } from '../../sim/index.ts'

interface Written {
  readonly number: number
  /** When it was asked for, and acknowledged. */
  readonly begun: number
  readonly at: number
}

interface Losses {
  /** What open calls write, by their ids. */
  readonly writing: Map<number, Written>
  /** By key: acknowledged writes since the last one that was certain, oldest first. */
  readonly acknowledged: Map<string, Written[]>
  readonly crashes: number[]
  readonly outages: DiskOutages
  looked: number
}

/**
 * What was acknowledged longer than `max` before every crash is read afterwards. Each key has one
 * writer, whose values begin with numbers that grow. Time in which the server's disk was out of order, and so much after it
 * (`recovery`), does not count: nothing could be synced.
 */
export function losesLittle(server: NodeId, max: Duration, recovery: Duration = ms(0)): Invariant {
  return fold({
    name: 'loses little',
    kinds: ['operation', 'crash', 'fault-begin', 'fault-end'],
    unit: 'reads',
    initial: (): Losses => ({
      writing: new Map(),
      acknowledged: new Map(),
      crashes: [],
      outages: new DiskOutages(server, recovery),
      looked: 0,
    }),
    on: (state, event) => {
      if (event.kind === 'fault-begin' || event.kind === 'fault-end') {
        state.outages.take(event)
        return null
      }
      if (event.kind === 'crash') {
        if (event.node === server) state.crashes.push(event.at)
        return null
      }
      const { id, phase, f, key, value, at } = event
      if (phase === 'invoke' && f === 'put') state.writing.set(id, { number: numberOf(value), begun: at, at })
      if (phase !== 'ok') return null
      const name = JSON.stringify(key)
      const written = state.acknowledged.get(name) ?? []
      state.acknowledged.set(name, written)
      if (f === 'get') return judge(state, written, numberOf(value), max)
      const write = state.writing.get(id)
      if (write !== undefined) written.push({ ...write, at })
      return null
    },
    looked: (state) => state.looked,
  })
}

function judge(state: Losses, written: readonly Written[], read: number, max: Duration): string | null {
  state.looked++
  const lost = written.find(
    ({ number, begun, at }) =>
      number > read &&
      !state.crashes.some((crash) => crash >= begun && crash - at - state.outages.within(at, crash) <= max),
  )
  return lost === undefined ? null : `an acknowledged write is lost\nnumber ${lost.number}, read ${read}`
}

// The number with which a value begins; 0 for none.
function numberOf(value: Data): number {
  return typeof value === 'string' ? Number.parseInt(value, 10) : 0
}
