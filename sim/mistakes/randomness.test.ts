// Mistakes known from tools of this kind: randomness that couples what has nothing to do with each other, faults that
// need events to happen, and runs that remember other runs.
import { describe, expect, test } from 'vitest'

import type { Program } from '../env.ts'
import type { Event } from '../event.ts'
import { chaos } from '../faults/index.ts'
import { run } from '../run.ts'
import { group, node, type NodeSpec, type Scenario, scenario } from '../scenario.ts'
import { everyKind } from '../testing/every-kind.ts'
import { tell } from '../testing/story.ts'
import { ms, seconds } from '../time.ts'

const peers = ['peer-1', 'peer-2', 'peer-3']

/** Talks and draws all the time. */
const chatter: Program = (env) => {
  env.messages.on('ping', (_message, source) => env.messages.send(source, { kind: 'pong' }))
  env.messages.on('pong', () => env.probe('drawn', env.random.int(0, 1_000_000)))
  env.timers.every(ms(20), () => {
    env.messages.send(env.random.pick(peers), { kind: 'ping' })
    env.buggify('talk')
    void env.disk.stat('/')
  })
}

function beside(idle: Program): Scenario {
  return scenario({
    title: 'busy peers beside an idle node',
    nodes: (): readonly NodeSpec[] => [node('idle', idle), ...group('peer', 3, chatter)],
    faults: chaos({ of: 'peer', intensity: 5 }),
    duration: seconds(2),
  })
}

/** The events of all nodes but one and of the world, as far as they say what happened there, and when. */
async function eventsBeside(idle: Program): Promise<readonly string[]> {
  const { events } = await tell(beside(idle))
  return events.filter((event) => event.node !== 'idle').map(withoutPlaces)
}

// Seqs count the events of all nodes: with other events of the idle node they differ, and only they may.
function withoutPlaces({ seq: _seq, cause: _cause, ...rest }: Event): string {
  return JSON.stringify(rest)
}

describe('draws of an idle node change nothing elsewhere', () => {
  let without: readonly string[] | null = null
  const draws: readonly (readonly [string, Program])[] = [
    ['of its own stream', (env) => void env.timers.after(ms(500), () => void env.random.float())],
    ['many of them', (env) => void env.timers.every(ms(7), () => void env.random.shuffle([1, 2, 3]))],
    ['of buggify sites', (env) => void env.timers.every(ms(7), () => void env.buggify('own'))],
    [
      'of a buggify site that others have too',
      (env) => void env.timers.every(ms(7), () => void env.buggify('talk')),
    ],
    ['of the latency of its own disk', (env) => void env.timers.every(ms(7), () => void env.disk.stat('/'))],
    [
      'of the latency of its own links',
      (env) => void env.timers.every(ms(7), () => env.messages.send('idle', { kind: 'x' })),
    ],
    [
      'of the latency of its look-ups',
      (env) => void env.timers.every(ms(7), () => void env.net.resolve('idle')),
    ],
  ]

  test.each(draws)('%s', async (_name, idle) => {
    without ??= await eventsBeside(() => undefined)
    const withDraws = await eventsBeside(idle)
    expect(without.length).toBeGreaterThan(1_000)
    expect(withDraws).toEqual(without)
  })
})

test('faults come by the clock: a cluster that does nothing at all is hurt as well', async () => {
  const idle = scenario({
    title: 'nothing happens here',
    nodes: () => group('idle', 5, () => undefined),
    faults: chaos(),
    duration: seconds(60),
  })
  const hurt = new Set<string>()
  for (const seed of [1, 2, 3]) {
    const { result } = await tell(idle, [], { seed })
    expect(result.faults.every(({ begun }) => begun > 0)).toBe(true)
    for (const kind of result.eventCounts.keys()) hurt.add(kind)
    expect(result.faults.filter(({ effects }) => effects > 0).length).toBeGreaterThan(10)
  }
  for (const kind of ['crash', 'pause', 'stop', 'fault-begin']) expect(hurt).toContain(kind)
})

describe('a simulation leaves nothing behind for the next one in the same process', () => {
  const other = beside((env) => {
    env.messages.on('pong', () => undefined)
    env.timers.every(ms(3), () => env.messages.send('peer-1', { count: 'other fields', kind: 'pong' }))
  })
  const digestOf = async (of: Scenario, seed: number): Promise<string> => (await run(of, { seed })).digest

  test('run one after the other: A, B, A', async () => {
    const first = await digestOf(everyKind, 1)
    const second = await digestOf(other, 1)
    expect([await digestOf(everyKind, 1), await digestOf(other, 1)]).toEqual([first, second])
    expect(await digestOf(everyKind, 2)).not.toBe(first)
  })

  test('run at the same time, their loops taking turns', async () => {
    const alone = [await digestOf(everyKind, 1), await digestOf(other, 1)]
    const together = await Promise.all([digestOf(everyKind, 1), digestOf(other, 1), digestOf(everyKind, 1)])
    expect(together).toEqual([...alone, alone[0]])
  })

  test('a leak in one is not found in the other that runs at the same time', async () => {
    const leaky = scenario({
      title: 'leaky',
      nodes: () => [
        node('a', (env) => void env.timers.after(ms(5), () => new MessageChannel().port1.close())),
      ],
      duration: ms(10),
    })
    const clean = scenario({
      title: 'clean',
      nodes: () => [node('a', (env) => void env.timers.every(ms(1), () => undefined))],
      duration: ms(10),
    })
    const outcomes = await Promise.all(
      [clean, leaky, clean].map(async (of) => (await run(of, { seed: 1 })).outcome.kind),
    )
    expect(outcomes).toEqual(['passed', 'leak', 'passed'])
  })

  test('the guards are gone when it is over, and while it waits for its turn', async () => {
    const running = run(other, { seed: 1 })
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect([Date.now(), Math.random()]).toEqual([expect.any(Number), expect.any(Number)])
    await running
    expect(Math.random.toString()).toContain('[native code]')
  })
})
