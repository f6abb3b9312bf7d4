// How a search ends, and what it says that its verdict rests on.
import { describe, expect, test } from 'vitest'

import { exhaust } from './exhaust.ts'
import { idle, pathOf, speaker, world } from './testing/small-programs.ts'
import type { Program } from '../../env.ts'
import type { ExhaustSettings } from '../../exhaust-settings.ts'
import type { Invariant } from '../../invariant.ts'
import { ms } from '../../time.ts'

describe('what a search rests on is told', () => {
  test('a program that publishes nothing: paths are followed to the bound on depth', async () => {
    const silent: Program = (env) => {
      env.timers.every(ms(1), () => undefined)
    }
    const result = await exhaust(world([silent, idle]), { depthMax: 7 })
    expect(result).toMatchObject({ isMatched: false, unpublished: ['a'], states: 8 })
    expect(result.verdict).toEqual({ kind: 'bound', bound: 'depthMax', value: 7 })
  })

  test('an invariant that remembers what no state holds', async () => {
    const remembers: Invariant = {
      name: 'remembers',
      kinds: ['log'],
      begin: () => ({ on: () => null, looked: () => 1 }),
    }
    const logs: Program = (env) => {
      env.probe('state', null)
      env.log.info('hello')
    }
    expect((await exhaust(world([logs], { invariants: [remembers] }))).forgetful).toEqual(['remembers'])
  })

  test('random draws, which are a part of the state', async () => {
    const draws: Program = (env) => {
      env.timers.every(ms(1), () => void env.random.float())
      env.probe('state', null)
    }
    const result = await exhaust(world([draws]), { depthMax: 3 })
    expect([result.drawing, result.states]).toEqual([['a'], 4])
  })
})

describe('a search ends', () => {
  const endless: Program = (env) => {
    let count = 0
    env.timers.every(ms(1), () => {
      env.probe('state', ++count)
    })
    env.probe('state', count)
  }

  test('at its bounds', async () => {
    expect((await exhaust(world([endless]), { depthMax: 20 })).verdict).toEqual({
      kind: 'bound',
      bound: 'depthMax',
      value: 20,
    })
    expect((await exhaust(world([endless]), { statesMax: 20 })).verdict).toEqual({
      kind: 'bound',
      bound: 'statesMax',
      value: 20,
    })
  })

  test('when it is asked to', async () => {
    const result = await exhaust(world([endless]), { onProgress: ({ states }) => states < 100 })
    expect(result.verdict).toEqual({ kind: 'interrupted' })
    expect(result.states).toBeGreaterThanOrEqual(100)
  })

  test('with a deadlock where somebody who must finish waits for nothing', async () => {
    const waits: Program = (env) => {
      env.probe('state', 'waits')
      return new Promise<void>((resolve) => {
        env.messages.on('say', () => {
          env.probe('state', 'done')
          resolve()
        })
      })
    }
    const small = world([speaker('x'), waits], { options: { mustFinish: true } })
    expect((await exhaust(small)).verdict).toEqual({ kind: 'exhausted' })
    const lossy = await exhaust(small, { losses: 1 })
    expect(lossy.verdict).toMatchObject({ kind: 'deadlock', waiting: ['b'] })
    expect(pathOf(lossy)).toEqual(['loss b'])
  })
})

test.each([
  [{ network: 'pigeons' }, 'wanted one of multiset, set, ordered'],
  [{ crashes: -1 }, 'wanted a whole number of at least 0'],
  [{ crashes: 1, crashesOf: ['z'] }, 'wanted one of a, b'],
  [{ colour: 'blue' }, 'wanted only network'],
])('what is wrong with %j is said as a mistake of the scenario', async (settings, wanted) => {
  const small = world([idle, idle], { exhaust: settings as ExhaustSettings })
  await expect(exhaust(small)).rejects.toThrow(wanted)
})
