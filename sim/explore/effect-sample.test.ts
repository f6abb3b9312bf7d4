import { describe, expect, test } from 'vitest'

import { sampleEffects } from './effect-sample.ts'
import type { TaskRunner } from './pool.ts'
import { localRunner } from './run-task.ts'
import { seedResult, type SeedResult } from './seed-result.ts'
import type { Program } from '../env.ts'
import type { FaultPlan } from '../faults/index.ts'
import { run } from '../run.ts'
import { setUp } from '../run-setup.ts'
import { group, scenario } from '../scenario.ts'
import { type Instant, ms } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

const talker: Program = (env) => {
  env.messages.on('hello', () => undefined)
  env.timers.every(ms(10), () =>
    env.messages.send(env.name === 'peer-1' ? 'peer-2' : 'peer-1', { kind: 'hello' }),
  )
}

// Nobody reads the wall clock, whose steps can change nothing; the trigger of the crash never matches.
const talk = scenario({
  title: 'two talk, whatever time it is',
  nodes: () => group('peer', 2, talker, { quorum: 0 }),
  faults: [
    { kind: 'clock-step', node: 'peer-1', at: at(20), by: ms(500) },
    { kind: 'pause', node: 'peer-2', at: at(30), for: ms(20) },
    { kind: 'crash', node: 'peer-2', when: { kind: 'probe' }, for: ms(20) },
  ],
  duration: ms(100),
})

const runner = (): TaskRunner => localRunner(talk, { set: new Map(), plan: null, isChecked: false })
const planOf = (seed: number): FaultPlan => setUp(talk, { seed }).plan

async function resultsOf(...seeds: readonly number[]): Promise<readonly SeedResult[]> {
  const results: SeedResult[] = []
  for (const seed of seeds) results.push(seedResult(await run(talk, { seed })))
  return results
}

describe('the sample of effects', () => {
  test('tells faults that change what programs are given from those that do not', async () => {
    const results = await resultsOf(1, 2, 3, 4)
    expect(await sampleEffects([runner()], { results, planOf, seedsMax: 3 })).toEqual([
      { kind: 'clock-step', sampled: 3, changed: 0 },
      { kind: 'pause', sampled: 1, changed: 1 },
    ])
  })

  test('does not depend on the number of runners', async () => {
    const sampled = { results: await resultsOf(1, 2), planOf, seedsMax: 2 }
    const one = await sampleEffects([runner()], sampled)
    expect(await sampleEffects([runner(), runner(), runner()], sampled)).toEqual(one)
  })

  test('is empty where no fault fired', async () => {
    expect(await sampleEffects([runner()], { results: [], planOf, seedsMax: 3 })).toEqual([])
  })
})
