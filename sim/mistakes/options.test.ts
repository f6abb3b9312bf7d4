// Mistakes known from tools of this kind: options that are silently ignored. Each option makes a difference, and what is
// no option is refused.
import { beforeAll, describe, expect, test } from 'vitest'

import type { DiskProfile } from '../disk/index.ts'
import { ssd } from '../disk/index.ts'
import type { Env, Program } from '../env.ts'
import { crashes, type Fault } from '../faults/index.ts'
import { lan, type LinkOverride, type NetworkProfile, perfect, type StreamProfile } from '../net/index.ts'
import { run, type RunOptions, type RunResult } from '../run.ts'
import { group, node, type NodeOptions, scenario, type Scenario } from '../scenario.ts'
import { everyKind } from '../testing/every-kind.ts'
import { tell, type Told } from '../testing/story.ts'
import { type Instant, ms, seconds, us } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant
const digestOf = async (of: Scenario, options: Partial<RunOptions> = {}): Promise<string> =>
  (await run(of, { seed: 1, ...options })).digest

/** For each option what to compare: a setting in which it matters, and the same with another value of it. */
type Changes<T> = { readonly [K in keyof Required<T>]: readonly [base: Partial<T>, changed: Partial<T>] }

/** Talks over messages, datagrams, streams and names to a peer, more than a narrow line carries. */
const talker: Program = (env) => {
  env.messages.on('note', () => undefined)
  env.timers.every(ms(5), () => env.messages.send(peerOf(env), { kind: 'note', text: 'x'.repeat(50) }))
  env.timers.every(ms(20), () => void env.net.resolve('service'))
  env.spawn(() => listen(env))
  env.spawn(() => download(env))
}
const peerOf = (env: Env): string => (env.name === 'a' ? 'b' : 'a')

// Takes its time before it accepts, so that connections pile up.
async function listen(env: Env): Promise<void> {
  const server = await env.net.listen(7)
  await env.sleep(ms(40))
  for await (const connection of server)
    env.spawn(async () => {
      try {
        for await (const chunk of connection) env.probe('read', chunk.length)
      } catch {
        env.log.info('broke')
      }
    })
}

async function download(env: Env): Promise<void> {
  for (let turn = 0; ; turn++) {
    await env.sleep(ms(15))
    try {
      const connection = await env.net.connect(peerOf(env), 7)
      for (let part = 0; part < 5; part++)
        void connection.write(new Uint8Array(900).fill(part)).catch(() => undefined)
      if (turn % 2 === 0) connection.end()
    } catch (error) {
      env.log.info(String(error))
    }
  }
}

function talk(network: NetworkProfile, faults: readonly Fault[] = []): Scenario {
  return scenario({
    title: 'two talk',
    nodes: () => [node('a', talker), node('b', talker)],
    names: new Map([['service', 'a']]),
    network,
    faults,
    duration: ms(600),
  })
}

describe('each option of a network profile has an effect', () => {
  const options: Changes<NetworkProfile> = {
    latencyMin: [{}, { latencyMin: ms(2) }],
    latency: [{}, { latency: { kind: 'constant', value: ms(1) } }],
    bandwidth: [{}, { bandwidth: 50_000 }],
    queueMax: [{ bandwidth: 50_000 }, { bandwidth: 50_000, queueMax: 500 }],
    lossRatio: [{}, { lossRatio: 0.1 }],
    duplicationRatio: [{}, { duplicationRatio: 0.1 }],
    reorderRatio: [{}, { reorderRatio: 0.1 }],
    corruptionRatio: [{}, { corruptionRatio: 0.1 }],
    reorderWindow: [{ reorderRatio: 0.5 }, { reorderRatio: 0.5, reorderWindow: ms(50) }],
    overrides: [{}, { overrides: [{ from: ['a'], to: ['b'], link: { latencyMin: ms(7) } }] }],
    nameLatency: [{}, { nameLatency: { kind: 'constant', value: ms(3) } }],
    streams: [{}, { streams: { segmentMax: 100 } }],
  }

  test.each(Object.entries(options))('%s', async (_option, [base, changed]) => {
    expect(await digestOf(talk(perfect(changed)))).not.toBe(await digestOf(talk(perfect(base))))
  })

  const lossy: Fault = {
    kind: 'loss',
    links: { from: 'any', to: 'any', isSymmetric: true },
    ratio: 1,
    at: at(18),
  }
  const streams: Changes<StreamProfile> = {
    window: [{}, { window: 1_000 }],
    backlogMax: [{}, { backlogMax: 1 }],
    segmentMax: [{}, { segmentMax: 100 }],
    splitRatio: [{}, { splitRatio: 0.9 }],
    unsentMax: [{ window: 500 }, { window: 500, unsentMax: 1_000 }],
    connectTimeout: [{}, { connectTimeout: ms(5) }],
    connectRetry: [{}, { connectRetry: ms(20) }],
    retransmissionMin: [{}, { retransmissionMin: ms(10) }],
    retransmissionMax: [{ retransmissionMin: ms(5) }, { retransmissionMin: ms(5), retransmissionMax: ms(7) }],
    giveUpAfter: [{}, { giveUpAfter: ms(50) }],
  }

  test.each(Object.entries(streams))('streams.%s', async (option, [base, changed]) => {
    // Giving up shows only where nothing comes through any more.
    const faults = /connect|retransmission|giveUp/.test(option) ? [lossy] : []
    const digest = (given: Partial<StreamProfile>): Promise<string> =>
      digestOf(talk(perfect({ streams: { splitRatio: 0, ...given } }), faults))
    expect(await digest(changed)).not.toBe(await digest(base))
  })

  const override: LinkOverride = { from: ['a'], to: ['b'], link: { lossRatio: 0.5 } }
  const overrides: Changes<LinkOverride> = {
    from: [
      { ...override, isSymmetric: false, to: 'any' },
      { ...override, isSymmetric: false, to: 'any', from: 'any' },
    ],
    to: [
      { ...override, isSymmetric: false, from: 'any' },
      { ...override, isSymmetric: false, from: 'any', to: 'any' },
    ],
    isSymmetric: [override, { ...override, isSymmetric: false }],
    link: [override, { ...override, link: { lossRatio: 0.2 } }],
  }

  test.each(Object.entries(overrides))('overrides.%s', async (_option, [base, changed]) => {
    const digest = (given: Partial<LinkOverride>): Promise<string> =>
      digestOf(talk(perfect({ overrides: [{ ...override, ...given }] })))
    expect(await digest(changed)).not.toBe(await digest(base))
  })

  test('a loss of 1.0 delivers nothing, a duplication of 1.0 everything twice, a corruption of 1.0 no message', async () => {
    const counts = async (
      network: NetworkProfile,
    ): Promise<readonly [sent: boolean, delivered: number, dropped: number]> => {
      const { eventCounts, drops } = await run(everyMessage(network), { seed: 1 })
      const sent = eventCounts.get('send') ?? 0
      return [
        sent > 100,
        (eventCounts.get('deliver') ?? 0) / sent,
        [...drops.values()].reduce((a, b) => a + b, 0) / sent,
      ]
    }
    for (const given of [
      { lossRatio: 1 },
      { corruptionRatio: 1 },
      { bandwidth: 1, queueMax: 0 },
      { overrides: [{ from: 'any', to: 'any', link: { lossRatio: 1 } }] as const },
    ])
      expect((await counts(lan(given)))[1]).toBe(0)
    expect(await counts(lan({ lossRatio: 1 }))).toEqual([true, 0, 1])
    expect(await counts(lan({ duplicationRatio: 1 }))).toEqual([true, 2, 0])
    expect(await counts(lan())).toEqual([true, 1, 0])
  })

  function everyMessage(network: NetworkProfile): Scenario {
    const sender: Program = (env) => {
      let left = 200
      const timer = env.timers.every(ms(1), () => {
        env.messages.send('b', { kind: 'note' })
        if (--left === 0) timer.cancel()
      })
    }
    return scenario({
      title: 'two hundred messages',
      nodes: () => [node('a', sender), node('b', (env) => env.messages.on('note', () => undefined))],
      network,
      duration: seconds(2),
    })
  }
})

describe('each option of a disk profile has an effect', () => {
  /** Works on many files at once, and loses power in the midst of it. */
  const writer: Program = async (env) => {
    for (let turn = 0; ; turn++) {
      const names = Array.from({ length: 6 }, (_, index) => `/file-${turn}-${index}`)
      await Promise.all(names.map((name) => fill(env, name)))
      await env.sleep(ms(1))
    }
  }
  async function fill(env: Env, name: string): Promise<void> {
    try {
      const file = await env.disk.open(name, { create: true })
      await file.append(new Uint8Array(3_000))
      await file.read(0, 100)
      if (env.random.boolean(0.1)) await file.sync()
      await file.close()
    } catch (error) {
      env.log.info(String(error))
    }
  }
  const crash = { kind: 'crash', node: 'a', connections: 'silent', for: ms(1) } as const
  const writing = (disk: DiskProfile): Scenario =>
    scenario({
      title: 'many files',
      nodes: () => [node('a', writer)],
      disk,
      faults: [
        { ...crash, disk: 'drawn', at: at(20) },
        { ...crash, disk: 'torn', at: at(40) },
      ],
      unrestricted: true,
      duration: ms(60),
    })
  const slow: Partial<DiskProfile> = { bandwidth: 10_000_000 }
  const options: Changes<DiskProfile> = {
    latency: [{}, { latency: { ...ssd.latency, write: { ...ssd.latency.write, min: us(50) } } }],
    bandwidth: [{}, slow],
    depth: [{}, { depth: 1 }],
    operationsMax: [{}, { operationsMax: 3 }],
    capacity: [{}, { capacity: 10_000 }],
    filesMax: [{}, { filesMax: 4 }],
    sectorSize: [{}, { sectorSize: 64 }],
    pageSize: [slow, { ...slow, pageSize: 512 }],
    entries: [{}, { entries: 'any' }],
  }

  test.each(Object.entries(options))('%s', async (_option, [base, changed]) => {
    expect(await digestOf(writing({ ...ssd, ...changed }))).not.toBe(
      await digestOf(writing({ ...ssd, ...base })),
    )
  })
})

describe('each option of a node has an effect', () => {
  const program: Program = (env) => {
    env.messages.on('note', () => env.cpu.charge(us(500)))
    env.timers.every(ms(10), () =>
      env.probe('clock', [env.clock.wall(), env.clock.monotonic(), env.parameters]),
    )
    env.timers.after(ms(55), () => env.exit(4))
    env.spawn(async () => void (await env.disk.open('/file', { create: true })))
  }
  const flood: Program = (env) =>
    void env.timers.every(ms(5), () => {
      for (let count = 0; count < 5; count++) env.messages.send('a', { kind: 'note' })
    })
  const alone = (options: NodeOptions): Scenario =>
    scenario({
      title: 'one node',
      nodes: () => [node('a', program, options), node('flood', flood)],
      exitsAllowed: [4],
      duration: ms(100),
    })
  const options: {
    readonly [K in keyof Required<Omit<NodeOptions, 'quorum' | 'mustFinish' | 'operations'>>]: NodeOptions
  } = {
    parameters: { parameters: { x: 1 } },
    clockOffset: { clockOffset: ms(5) },
    clockDriftPpm: { clockDriftPpm: 1_000 },
    restartAfterExit: { restartAfterExit: ms(5) },
    disk: { disk: { ...ssd, capacity: 0, filesMax: 1 } },
    inboxMax: { inboxMax: 2 },
  }

  test.each(Object.entries(options))('%s', async (_option, given) => {
    expect(await digestOf(alone(given))).not.toBe(await digestOf(alone({})))
  })

  test('quorum: how many faults leave alone', async () => {
    const cluster = (quorum: number): Scenario =>
      scenario({
        title: 'a cluster',
        nodes: () => group('n', 3, () => undefined, { quorum }),
        faults: [crashes({ every: ms(50), for: [ms(500), seconds(1)] })],
        duration: seconds(2),
      })
    const downAtOnce = async (quorum: number): Promise<number> => mostDown(await tell(cluster(quorum)))
    expect([await downAtOnce(0), await downAtOnce(1), await downAtOnce(2)]).toEqual([3, 2, 1])
    expect(await downAtOnce(3)).toBe(0)
  })

  function mostDown({ events }: Told): number {
    const down = new Set<string>()
    const counts = events.map(({ kind, node: name }) => {
      if (kind === 'crash') down.add(name)
      if (kind === 'start') down.delete(name)
      return down.size
    })
    return Math.max(...counts)
  }
})

describe('each option of a run has an effect', () => {
  const failing: Scenario = scenario({
    title: 'fails at once',
    nodes: () => [
      node('a', (env) => void env.timers.every(ms(1), () => env.probe('tick', 1))),
      node('b', () => {
        throw new Error('at once')
      }),
    ],
    duration: ms(100),
  })
  let usual: RunResult
  beforeAll(async () => {
    usual = await run(everyKind, { seed: 1 })
  })

  test('seed', async () => expect(await digestOf(everyKind, { seed: 2 })).not.toBe(usual.digest))
  test('plan', async () => expect(await digestOf(everyKind, { plan: [] })).not.toBe(usual.digest))
  test('strategy', async () =>
    expect(await digestOf(everyKind, { variation: { strategy: { kind: 'random' } } })).not.toBe(usual.digest))
  test('eventsMax', async () => {
    const result = await run(everyKind, { seed: 1, eventsMax: 100 })
    expect([result.outcome.kind, result.events < 200]).toEqual(['events-bound', true])
  })
  test('instantStepsMax', async () =>
    expect((await run(everyKind, { seed: 1, instantStepsMax: 1 })).outcome.kind).toBe('livelock'))
  test('goesOnAfterViolation', async () => {
    const [stopped, went] = [
      await run(failing, { seed: 1 }),
      await run(failing, { seed: 1, goesOnAfterViolation: true }),
    ]
    expect([stopped.at, went.at, stopped.outcome, went.outcome]).toEqual([
      0,
      ms(100),
      { kind: 'violated' },
      { kind: 'violated' },
    ])
  })
  test('onProgress', async () => {
    const heard: number[] = []
    const endless = scenario({
      title: 'long',
      nodes: () => [node('a', (env) => void env.timers.every(us(1), () => undefined))],
      duration: seconds(10),
    })
    const result = await run(endless, {
      seed: 1,
      onProgress: ({ at: now, end }) => heard.push(now / end) < 2,
    })
    expect([result.outcome, heard.length]).toEqual([{ kind: 'interrupted' }, 2])
  })
  test('set', async () => {
    const spread = scenario({
      title: 'p',
      parameters: { n: 1 },
      nodes: ({ n }) => group('n', n, () => undefined),
      duration: ms(1),
    })
    const result = await run(spread, { seed: 1, set: new Map([['n', 3]]) })
    expect([result.eventCounts.get('start'), result.parameters]).toEqual([3, { n: 3 }])
  })
})
