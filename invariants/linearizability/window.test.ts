import { describe, expect, it } from 'vitest'

import { operationsOf } from './history.ts'
import { register, type Model } from './models/index.ts'
import type { Operation } from './operation.ts'
import { showWindow } from './show.ts'
import { findWindow } from './window.ts'

/** Writes that are each read, one after another, with a stale read in the middle. */
function staleRead(count: number): readonly Operation[] {
  return operationsOf(
    Array.from({ length: count }, (_, round) => [
      { phase: 'invoke', f: 'write', value: round } as const,
      { phase: 'ok', f: 'write', value: round } as const,
      { phase: 'invoke', f: 'read', value: null } as const,
      { phase: 'ok', f: 'read', value: round === count / 2 ? 0 : round } as const,
    ])
      .flat()
      .map((event, index) => ({ ...event, place: index + 1, process: '0' })),
  )
}

/** A model that counts the operations for which rules are prepared. */
function counting(model: Model): { readonly model: Model; prepared: number } {
  const counted = {
    prepared: 0,
    model: {
      ...model,
      begin: (...[operations, ...rest]: Parameters<Model['begin']>) => {
        counted.prepared += operations.length
        return model.begin(operations, ...rest)
      },
    },
  }
  return counted
}

describe('the window of a violation', () => {
  const operations = staleRead(1000)
  const limits = { entriesMax: 1e6, stepsMax: 1e7 }

  it('is the shortest that no order fits', () => {
    const window = findWindow({ key: null, operations }, register, limits)
    expect(window.isExact).toBe(true)
    expect(window.operations.at(-1)).toMatchObject({ f: 'read', output: 0, return: 2004 })
  })

  it('costs as much as it may, however many searches it would take', () => {
    const counted = counting(register)
    const window = findWindow({ key: null, operations }, counted.model, { ...limits, stepsMax: 100_000 })
    expect(counted.prepared).toBeLessThan(4 * operations.length)
    expect(window.isExact).toBe(false)
    expect(window.end).toBeGreaterThanOrEqual(2004)
    expect(showWindow(window)).toContain('a bound was reached before a smaller window was found')
  })
})
