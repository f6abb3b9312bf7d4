import { expect, test, vi } from 'vitest'

import { NotFailingError, shrink, type ShrinkResult } from './shrink.ts'
import { setUp } from '../../run-setup.ts'
import { loadScenario } from '../load-scenario.ts'
import type { Data } from '../../data.ts'
import type { Job } from '../pool.ts'

vi.setConfig({ testTimeout: 60_000 })

const scenarioUrl = new URL('../testing/two-crashes.ts', import.meta.url).href
const job: Job = { scenarioUrl, set: new Map<string, Data>(), plan: null, isChecked: false }

async function shrunk(options: Parameters<typeof shrink>[2] = {}, set = job.set): Promise<ShrinkResult> {
  const seed = 3
  const { plan, variation, prepared } = setUp(await loadScenario(scenarioUrl), { seed, set })
  const nodes = prepared.nodes.map(({ name }) => name)
  return shrink({ ...job, set }, { seed, plan, variation, nodes }, options)
}

test('leaves the two crashes that it takes, the calls between them, and the machines that matter', async () => {
  const { candidate, before, after, isMinimal, signature } = await shrunk()
  expect(signature).toEqual({ name: 'never lost', message: 'a note of client-# was lost' })
  expect(before.faults).toBeGreaterThan(10)
  expect(candidate.plan.map(({ kind }) => kind)).toEqual(['crash'])
  expect(candidate.variation).toMatchObject({
    settle: 0,
    late: [],
    without: ['idle-1', 'idle-2', 'client-2'],
  })
  expect(after).toMatchObject({ faults: 1, operations: 1, nodes: 2 })
  expect(isMinimal).toBe(true)
})

test('comes to the same with one thread and with three', async () => {
  const [one, three] = await Promise.all([shrunk({ jobs: 1 }), shrunk({ jobs: 3 })])
  expect(three.candidate).toEqual(one.candidate)
  expect(three.result.digest).toBe(one.result.digest)
})

test('shows how far it is, and gives up when it is told to, with what it has', async () => {
  const seen: number[] = []
  const early = await shrunk({
    onProgress: ({ trials }) => void seen.push(trials),
    isOver: () => seen.length >= 5,
  })
  expect(seen).toEqual([1, 2, 3, 4, 5])
  expect(early.isMinimal).toBe(false)
  expect(early.after.events).toBeLessThan(early.before.events)
})

test('says so when there is nothing to shrink', async () => {
  await expect(shrunk({}, new Map([['isSafe', true]]))).rejects.toThrow(NotFailingError)
})
