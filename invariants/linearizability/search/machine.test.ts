import { describe, expect, it } from 'vitest'

import { internedMachine, layOut, search, type Item, type Machine } from './index.ts'

const LENGTH = 10_000
const OPERATIONS = 20

/** Sums of powers of two, written out at length, and one observer who saw none of them. */
function longStates(): Machine {
  const powers = Array.from({ length: OPERATIONS }, (_, power) => 2 ** power)
  return internedMachine<number, number>({
    initial: 0,
    actions: [...powers, -1],
    actionKey: String,
    effect: (action) => (action < 0 ? 'none' : 'update'),
    step: (state, action) => (action < 0 ? undefined : state + action),
    stateKey: (state) => String(state).padStart(LENGTH),
    show: String,
  })
}

describe('the states of a machine', () => {
  it('are counted by what they take, each once', () => {
    const machine = longStates()
    const before = machine.size
    const state = machine.step(machine.initial, 0)
    const after = machine.size
    expect(after - before).toBeGreaterThanOrEqual(LENGTH / 2)
    machine.step(state, OPERATIONS)
    machine.step(machine.initial, 0)
    expect(machine.size).toBe(after)
  })

  it('are part of the memory that bounds a search, however few configurations there are', () => {
    const machine = longStates()
    const items = Array.from(machine.actions, (action): Item => ({ action, call: 0, return: 1 }))
    const limits = { stepsMax: 1e6, entriesMax: 10_000 }
    const result = search(layOut(machine, items), machine.initial, limits)
    expect(result).toMatchObject({ kind: 'unknown' })
    const { reason } = result as { readonly reason: string }
    expect(Number(/^memory: (\d+) configurations$/.exec(reason)?.[1])).toBeLessThan(100)
  })
})
