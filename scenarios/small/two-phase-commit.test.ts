// The published numbers of distinct states: Stateright, examples/2pc.rs, `can_model_2pc`.
import { describe, expect, test } from 'vitest'

import twoPhaseCommit from './two-phase-commit.ts'
import { exhaust, type ExhaustOptions, type ExhaustResult, run } from '../../sim/index.ts'

const limit = 120_000

function search(managers: number, options: ExhaustOptions = {}): Promise<ExhaustResult> {
  return exhaust(twoPhaseCommit, { set: new Map([['managers', managers]]), ...options })
}

describe('two-phase commit', () => {
  test('has 288 states with three resource managers, in none of which two of them disagree', async () => {
    expect(await search(3)).toMatchObject({ verdict: { kind: 'exhausted' }, states: 288, isMatched: true })
  })

  test(
    'has 8,832 states with five',
    async () => {
      const result = await search(5)
      expect(result).toMatchObject({ verdict: { kind: 'exhausted' }, states: 8832, isMatched: true })
      expect(result.transitions).toBeLessThan(20_000)
    },
    limit,
  )

  test.each([2, 3, 4])('has with %i managers the same states without reduction, by more steps', async (n) => {
    const [reduced, full] = [await search(n), await search(n, { isReduced: false })]
    expect([full.states, full.depth, full.ends]).toEqual([reduced.states, reduced.depth, reduced.ends])
    expect(full.spared).toBe(0)
    expect(reduced.transitions).toBeLessThan(full.transitions * 0.7)
    expect(reduced.transitions + reduced.spared).toBe(full.transitions)
  })

  test('has the same states when the search goes deep first', async () => {
    const [deep, broad] = [await search(4, { isDeepFirst: true }), await search(4)]
    expect(deep.states).toBe(broad.states)
    expect(deep.runs).toBeLessThan(broad.runs)
  })

  test('passes as a simulation too', async () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect((await run(twoPhaseCommit, { seed })).outcome).toEqual({ kind: 'passed' })
  })
})
