import { describe, expect, test } from 'vitest'

import { chaos } from './faults/index.ts'
import { run } from './run.ts'
import { setUp } from './run-setup.ts'
import { group, type Scenario, scenario } from './scenario.ts'
import { ms, seconds } from './time.ts'
import { readVariation, variationData } from './variation.ts'

const calls = ['get', 'put', 'delete']

const caller: Scenario = scenario({
  title: 'clients call',
  nodes: () => [
    ...group('server', 3, () => undefined),
    ...group(
      'client',
      4,
      (env) => {
        const random = env.randomFor('workload')
        env.timers.every(ms(50), () => {
          const f = random.pick(calls)
          if (env.admits(f)) env.invoke({ f }).ok()
        })
      },
      { quorum: 0, operations: calls },
    ),
  ],
  faults: chaos(),
  duration: seconds(3),
})

const draws = Array.from({ length: 200 }, (_, seed) => setUp(caller, { seed, isSwarm: true }))

describe('a swarm', () => {
  test('draws for each seed what is on, and the same again', () => {
    const again = setUp(caller, { seed: 7, isSwarm: true })
    expect([again.variation, again.plan]).toEqual([draws[7]?.variation, draws[7]?.plan])
    expect(new Set(draws.map(({ variation }) => JSON.stringify(variation))).size).toBeGreaterThan(190)
  })

  test('switches each fault off in some seeds and makes it frequent in others', () => {
    for (const profile of ['crashes', 'partitions', 'clockSteps']) {
      const strengths = new Set(draws.map(({ variation }) => variation.faults?.[profile]))
      expect(strengths).toEqual(new Set([0, 0.5, 1, 2, 5]))
    }
    const without = draws.filter(({ variation }) => variation.faults?.['pauses'] === 0)
    for (const { plan } of without) expect(plan.map(({ kind }) => kind)).not.toContain('pause')
    expect(draws.some(({ plan }) => plan.length === 0 || plan.length > 20)).toBe(true)
  })

  test('leaves at least one function and one client, and varies both', () => {
    for (const { variation, prepared } of draws) {
      expect(variation.operationsOff?.length).toBeLessThan(calls.length)
      expect(prepared.nodes.some(({ name }) => name === 'client-1')).toBe(true)
      expect(prepared.nodes.filter(({ group: name }) => name === 'server')).toHaveLength(3)
    }
    expect(new Set(draws.map(({ variation }) => variation.operationsOff?.join())).size).toBeGreaterThan(5)
    expect(new Set(draws.map(({ prepared }) => prepared.nodes.length)).size).toBe(4)
  })

  test('draws a variation that can be read back from a header and gives the same run', async () => {
    for (const seed of [1, 2, 3]) {
      const drawn = await run(caller, { seed, isSwarm: true, isChecked: false })
      const variation = readVariation(variationData(drawn.variation), 'header')
      const again = await run(caller, { seed, variation, plan: drawn.plan, isChecked: false })
      expect(again.digest).toBe(drawn.digest)
    }
  })
})
