// What a Redis promises that leaves it to the system when its append-only file is written: a rewrite is synced, and so is all before it.

import { fold } from '../../invariants/index.ts'
import type { Data, Invariant, NodeId } from '../../sim/index.ts'

interface Written {
  readonly number: number
  /** When it was asked for, and acknowledged. */
  readonly begun: number
  readonly at: number
}

interface Kept {
  readonly writing: Map<number, Written>
  /** By key, oldest first. */
  readonly acknowledged: Map<string, Written[]>
  /** When the rewrite began that is under way, and the last one that ended. */
  begun: number | null
  rewritten: number
  /** When the server crashed, and from when on what was acknowledged could be lost. */
  readonly crashes: { readonly at: number; readonly rewritten: number }[]
  looked: number
}

/**
 * What was acknowledged before a rewrite began that has ended is read after any crash. Each key has one writer, whose values begin
 * with numbers that grow. A rewrite begins with a new increment, and ends with the removal of the base before it.
 */
export function keepsRewritten(server: NodeId): Invariant {
  return fold({
    name: 'keeps what was rewritten',
    kinds: ['operation', 'crash', 'disk-request', 'disk-result'],
    unit: 'reads after a rewrite',
    initial: (): Kept => ({
      writing: new Map(),
      acknowledged: new Map(),
      begun: null,
      rewritten: 0,
      crashes: [],
      looked: 0,
    }),
    on: (state, event) => {
      if (event.kind === 'operation') return take(state, event)
      if (event.node !== server) return null
      if (event.kind === 'crash') {
        state.crashes.push({ at: event.at, rewritten: state.rewritten })
        state.begun = null
      } else if (event.kind === 'disk-request') {
        const isNew = event.operation === 'open' && (event.flags ?? '').includes('create')
        if (isNew && event.path.includes('.incr.')) state.begun = event.at
      } else if (event.operation === 'unlink' && event.error === undefined && event.path.includes('.base.'))
        state.rewritten = state.begun ?? state.rewritten
      return null
    },
    looked: ({ looked }) => looked,
  })
}

interface Call {
  readonly id: number
  readonly phase: string
  readonly f: string
  readonly key: Data
  readonly value?: Data
  readonly at: number
}

function take(state: Kept, { id, phase, f, key, value, at }: Call): string | null {
  if (phase === 'invoke' && f === 'put') state.writing.set(id, { number: numberOf(value), begun: at, at })
  if (phase !== 'ok') return null
  const name = JSON.stringify(key)
  const written = state.acknowledged.get(name) ?? []
  state.acknowledged.set(name, written)
  if (f === 'get') return judge(state, written, numberOf(value))
  const write = state.writing.get(id)
  if (write !== undefined) written.push({ ...write, at })
  return null
}

function judge(state: Kept, written: readonly Written[], read: number): string | null {
  if (written.some(({ at }) => at < state.rewritten)) state.looked++
  const lost = written.find(
    ({ number, begun, at }) =>
      number > read && !state.crashes.some((crash) => crash.at >= begun && at >= crash.rewritten),
  )
  return lost === undefined ? null : `a write that was rewritten is lost\nnumber ${lost.number}, read ${read}`
}

function numberOf(value: Data | undefined): number {
  return typeof value === 'string' ? Number.parseInt(value, 10) : 0
}
