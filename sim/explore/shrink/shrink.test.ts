import { expect, test, vi } from 'vitest'

import { NotFailingError, type ShrinkOptions, type ShrinkResult, shrinkStart, shrinkWith } from './shrink.ts'
import { localRunner } from '../run-task.ts'
import twoCrashes from '../testing/two-crashes.ts'
import type { Data } from '../../data.ts'
import type { Program } from '../../env.ts'
import type { Fault } from '../../faults/index.ts'
import type { Invariant } from '../../invariant.ts'
import { group, node, scenario } from '../../scenario.ts'
import { type Instant, ms, seconds } from '../../time.ts'

vi.setConfig({ testTimeout: 60_000 })

async function shrunk(
  options: ShrinkOptions = {},
  set: ReadonlyMap<string, Data> = new Map(),
): Promise<ShrinkResult> {
  const runners = Array.from({ length: options.jobs ?? 1 }, () =>
    localRunner(twoCrashes, { set, plan: null, isChecked: false }),
  )
  return shrinkWith(runners, shrinkStart(twoCrashes, { seed: 3, set }), options)
}

test('leaves the crash and the call that it takes, and the machines that matter', async () => {
  const { candidate, before, after, isMinimal, signature } = await shrunk()
  expect(signature).toEqual({ name: 'never lost', message: 'a note of client-# was lost' })
  expect(before.faults).toBeGreaterThan(10)
  expect(candidate.plan.map(({ kind }) => kind)).toEqual(['crash'])
  expect(candidate.variation).toMatchObject({
    settle: 0,
    late: [],
    without: ['idle-1', 'idle-2', 'client-1'],
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
    isOver: () => seen.length >= 20,
  })
  expect(seen).toEqual(Array.from({ length: 20 }, (_, place) => place + 1))
  expect(early.isMinimal).toBe(false)
  expect(early.after.faults).toBeLessThan(early.before.faults)
})

test('says so when there is nothing to shrink', async () => {
  await expect(shrunk({}, new Map([['isSafe', true]]))).rejects.toThrow(NotFailingError)
})

test('leaves out nobody whom others speak to, if it is the only one of its kind', async () => {
  const client: Program = (env) => {
    let answered = 0
    env.messages.on('pong', () => void answered++)
    env.timers.every(ms(20), () => env.messages.send('server', { kind: 'ping' }))
    env.timers.after(ms(900), () => env.probe('answered', answered))
  }
  const server: Program = (env) =>
    env.messages.on('ping', (_message, source) => env.messages.send(source, { kind: 'pong' }))
  const wellServed: Invariant = {
    name: 'well served',
    kinds: ['probe'],
    begin: () => ({
      on: (event) =>
        event.kind === 'probe' && Number(event.value) < 40
          ? { kind: 'violated', message: 'too few answers' }
          : null,
      looked: () => 1,
    }),
  }
  const pause: Fault = { kind: 'pause', node: 'server', at: ms(100) as number as Instant, for: ms(800) }
  const lonely = scenario({
    title: 'a server that pauses',
    nodes: () => [
      node('server', server),
      ...group('client', 2, client, { quorum: 0 }),
      node('idle', () => undefined),
    ],
    faults: [pause],
    invariants: [wellServed],
    duration: seconds(1),
  })
  const settings = { set: new Map<string, Data>(), plan: null, isChecked: false }
  const { candidate, after } = await shrinkWith(
    [localRunner(lonely, settings)],
    shrinkStart(lonely, { seed: 1 }),
    {},
  )
  expect(candidate.plan.map(({ kind }) => kind)).toEqual(['pause'])
  expect(candidate.variation.without).toEqual(['client-1', 'idle'])
  expect(after.nodes).toBe(2)
})
