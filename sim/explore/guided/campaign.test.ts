import { describe, expect, test, vi } from 'vitest'

import { type CampaignOptions, type CampaignResult, generationSize, guidedCampaign } from './campaign.ts'
import { localRunner } from '../run-task.ts'
import type { Program } from '../../env.ts'
import { crashes, pauses } from '../../faults/index.ts'
import type { Invariant } from '../../invariant.ts'
import { run } from '../../run.ts'
import { group, node, scenario } from '../../scenario.ts'
import { ms, seconds } from '../../time.ts'

vi.setConfig({ testTimeout: 60_000 })

const words = ['one', 'two', 'three', 'four', 'five']

/** Tells how often its peers were down or stood still: each number is something new, and five are too many. */
const counter: Program = (env) => {
  let silent = 0
  env.timers.every(ms(50), () => {
    for (const peer of ['peer-1', 'peer-2']) env.messages.send(peer, { kind: 'ping' })
    env.timers.after(ms(40), () => {
      if (heard < 2) env.probe('silent', words[Math.min(silent++, 4)] ?? '')
      heard = 0
    })
  })
  let heard = 0
  env.messages.on('pong', () => void heard++)
}
const peer: Program = (env) =>
  env.messages.on('ping', (_message, source) => env.messages.send(source, { kind: 'pong' }))
const neverFive: Invariant = {
  name: 'never five',
  kinds: ['probe'],
  begin: () => ({
    on: (event) =>
      event.kind === 'probe' && event.value === 'five' ? { kind: 'violated', message: 'five' } : null,
    looked: () => 1,
  }),
}
const watched = scenario({
  title: 'somebody counts',
  nodes: () => [node('counter', counter), ...group('peer', 2, peer, { quorum: 0 })],
  faults: [
    crashes({ of: 'peer', every: seconds(4), for: [ms(20), ms(100)] }),
    pauses({ of: 'peer', every: seconds(4), for: [ms(20), ms(100)] }),
  ],
  invariants: [neverFive],
  duration: seconds(2),
})
const settings = { set: new Map(), plan: null, isChecked: false, hasCoverage: true }

function campaign(threads = 1, more: Partial<CampaignOptions> = {}): Promise<CampaignResult> {
  const runners = Array.from({ length: threads }, () => localRunner(watched, settings))
  return guidedCampaign(watched, settings, runners, { seeds: { first: 1, last: 320 }, ...more })
}

describe('a guided campaign', () => {
  test('has as many runs as seeds, some of them mutants of runs that reached something new', async () => {
    const { results, mutants, parents, features, featuresOfMutants } = await campaign()
    expect(results).toHaveLength(320)
    expect(results.slice(0, generationSize).every(({ mutant }) => mutant === undefined)).toBe(true)
    expect(mutants).toBe(results.filter(({ mutant }) => mutant !== undefined).length)
    expect(mutants).toBeGreaterThan(30)
    expect(parents).toBeGreaterThan(1)
    expect(featuresOfMutants).toBeLessThan(features)
  })

  test('is the same whatever the number of threads', async () => {
    const [one, three] = await Promise.all([campaign(1), campaign(3)])
    expect(three).toEqual(one)
  })

  test('has mutants that a run of their plan and variation makes again', async () => {
    const { results } = await campaign()
    const mutants = results.filter(({ mutant }) => mutant !== undefined).slice(0, 20)
    for (const { seed, mutant, digest } of mutants)
      expect((await run(watched, { seed, ...mutant })).digest).toBe(digest)
  })

  test('comes further than seeds alone do', async () => {
    const { results } = await campaign()
    const failed = results.filter(({ outcome }) => outcome.kind !== 'passed')
    const ofSeeds = failed.filter(({ mutant }) => mutant === undefined)
    expect(failed.length - ofSeeds.length).toBeGreaterThan(ofSeeds.length)
  })

  test('ends when enough runs have failed, when nothing new comes, and when it is told to', async () => {
    const all = await campaign()
    const enough = await campaign(2, { failuresMax: 1 })
    const first = all.results.findIndex(({ outcome }) => outcome.kind !== 'passed')
    expect(enough.results).toEqual(all.results.slice(0, first + 1))
    const flat = await campaign(2, { plateau: 40 })
    expect(flat.isPlateau).toBe(true)
    expect(flat.results).toEqual(all.results.slice(0, flat.results.length))
    expect(flat.results.length % generationSize).not.toBe(0)
    const interrupted = await campaign(1, { onRun: (_result, done) => done < 10 })
    expect([interrupted.isInterrupted, interrupted.results.length]).toEqual([true, 10])
  })
})
