// Mistakes known from tools of this kind: programs that outlive their crash, and worlds that nobody lives in.
import { describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import type { EventKind } from '../event.ts'
import type { Fault } from '../faults/index.ts'
import { perfect } from '../net/index.ts'
import { describeOutcome } from '../outcome.ts'
import { group, node, scenario, type Scenario } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { type Instant, ms, seconds } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

/** What a program does to bring about an event of a kind within its own step, after which it must not go on. */
const ownSteps: readonly (readonly [EventKind, (env: Env) => unknown])[] = [
  ['probe', (env) => env.probe('x', 1)],
  ['log', (env) => env.log.info('x')],
  ['send', (env) => env.messages.send('b', { kind: 'x' })],
  ['timer-set', (env) => env.timers.after(ms(1), () => undefined)],
  ['timer-cancel', (env) => env.timers.after(ms(1), () => undefined).cancel()],
  ['cpu', (env) => env.cpu.charge(ms(1))],
  ['operation', (env) => env.invoke({ f: 'x' })],
  ['disk-request', (env) => env.disk.open('/file', { create: true })],
  ['listen', (env) => env.net.listen(1)],
  ['connect', (env) => env.net.connect('b', 1)],
  ['resolve', (env) => env.net.resolve('b')],
]

/** Crashes node a, for good, at its first event of a kind. */
function crashAt(kind: EventKind): Fault {
  const when = { kind, nodes: ['a'] }
  return { kind: 'crash', node: 'a', connections: 'reset', disk: 'kept', when }
}

function pair(a: Program, faults: readonly Fault[], b: Program = () => undefined): Scenario {
  return scenario({
    title: 'a and b',
    nodes: () => [node('a', a), node('b', b)],
    network: perfect(),
    faults,
    unrestricted: true,
    duration: ms(500),
  })
}

describe('a node that crashes during its own step does not keep running', () => {
  test.each(ownSteps)('at its own %s', async (kind, act) => {
    let isRunningOn = false
    const program: Program = (env) => {
      if (env.incarnation > 1) return
      act(env)
      isRunningOn = true
      env.probe('zombie', 1)
    }
    const { events } = await tell(pair(program, [crashAt(kind)]))
    const crash = events.find((event) => event.kind === 'crash')
    const heal = events.find((event) => event.kind === 'phase' && event.phase === 'healed')
    const later = events.filter(({ seq }) => seq > (crash?.seq ?? 0) && seq < (heal?.seq ?? 0))
    // The message is on its way already.
    const own = later.filter((event) => event.node === 'a' && event.kind !== 'drop')
    expect([crash?.kind, isRunningOn, own]).toEqual(['crash', false, []])
  })

  test.each([
    'deliver',
    'timer-fire',
    'disk-result',
    'cpu-done',
    'resolve-result',
    'connect-result',
  ] as const)('at the %s that it would go on with', async (kind) => {
    let isRunningOn = false
    const goOn = (): void => {
      isRunningOn = true
    }
    const program: Program = (env) => {
      if (env.incarnation > 1) return
      env.messages.on('hello', goOn)
      if (kind === 'timer-fire') env.timers.every(ms(5), goOn)
      if (kind === 'disk-result') void env.disk.stat('/').then(goOn)
      if (kind === 'cpu-done') void env.cpu.work(ms(1)).then(goOn)
      if (kind === 'resolve-result') void env.net.resolve('b').then(goOn)
      if (kind === 'connect-result') void env.net.connect('b', 7).then(goOn, goOn)
    }
    const greeter: Program = (env) => {
      if (kind === 'deliver') env.messages.send('a', { kind: 'hello' })
    }
    const { story } = await tell(pair(program, [crashAt(kind)], greeter), [kind, 'crash'])
    expect([isRunningOn, story.length]).toEqual([false, 2])
  })

  test('at a disk request: the write does not reach the disk', async () => {
    const program: Program = async (env) => {
      const file = await env.disk.open('/file', { create: true })
      if (env.incarnation === 1) void file.append(new Uint8Array(10))
      else env.probe('size', await file.size())
    }
    const when = { kind: 'disk-request', where: { operation: 'append' } } as const
    const crash = { kind: 'crash', node: 'a', connections: 'reset', disk: 'kept' } as const
    const { events } = await tell(pair(program, [{ ...crash, when, for: ms(5) }]))
    expect(events.find((event) => event.kind === 'probe')).toMatchObject({ name: 'size', value: 0 })
  })
})

test('a crash keeps no memory: variables, timers, handlers, tasks, stop actions and what waits in the inbox are gone', async () => {
  const lives: string[] = []
  const forgetful: Program = (env) => {
    const born = env.incarnation
    let count = 0
    const live = (what: string): void => {
      if (env.incarnation !== born || born === 1) lives.push(`${born} ${what} ${++count}`)
    }
    if (born > 1) {
      env.probe('count', count)
      return
    }
    env.messages.on('hello', () => live('handler'))
    env.timers.every(ms(60), () => live('timer'))
    env.onStop(() => live('stop action'))
    env.signal.addEventListener('abort', () => live('signal'))
    env.spawn(async () => {
      await env.sleep(ms(60))
      live('task')
    })
    void new Promise((resolve) => env.timers.after(ms(60), () => resolve(1))).then(() => live('promise'))
  }
  const greeter: Program = (env) =>
    void env.timers.every(ms(10), () => env.messages.send('a', { kind: 'hello' }))
  const faults: Fault[] = [
    { kind: 'pause', node: 'a', at: at(35), for: ms(400) },
    { kind: 'crash', node: 'a', connections: 'reset', disk: 'kept', at: at(50), for: ms(20) },
    { kind: 'stop', node: 'a', grace: ms(5), at: at(200), for: ms(10) },
  ]
  const { story, events } = await tell(pair(forgetful, faults, greeter), ['crash', 'start', 'probe', 'stop'])
  expect(lives).toEqual(['1 handler 1', '1 handler 2', '1 handler 3'])
  // The one message that waited for the paused node is lost in the moment of the crash, not kept for the next incarnation.
  const lost = events.filter((event) => event.kind === 'drop' && event.at === at(50))
  expect(lost).toMatchObject([{ why: 'node-down' }])
  expect(story.filter((line) => line.includes(' a '))).toMatchInlineSnapshot(`
    [
      "0.000ms a start incarnation=1 version=1",
      "50.000ms a crash connections=reset",
      "70.000ms a start incarnation=2 version=1",
      "70.000ms a probe name=count value=0",
      "200.000ms a stop isForced=false",
      "210.000ms a start incarnation=3 version=1",
      "210.000ms a probe name=count value=0",
    ]
  `)
})

test('nothing leaves a crashed sender: not what its step would send next, not what waits for its CPU, not its retries', async () => {
  const sender: Program = (env) => {
    if (env.incarnation > 1) return
    const send = (text: string): void => env.messages.send('b', { kind: 'note', text })
    env.timers.every(ms(10), () => send('retry'))
    env.timers.after(ms(15), () => {
      send('before')
      env.cpu.charge(ms(5))
      send('after the work')
      send('trigger')
      send('next in the step')
    })
  }
  const heard: string[] = []
  const receiver: Program = (env) => env.messages.on('note', ({ text }) => void heard.push(text as string))
  const when = { kind: 'send', nodes: ['a'], where: { 'message.text': 'trigger' } } as const
  const crash: Fault = { kind: 'crash', node: 'a', connections: 'reset', disk: 'kept', when }
  const { result, story } = await tell(pair(sender, [crash], receiver), ['send'])
  expect(heard).toEqual(['retry', 'before'])
  expect([story.length, result.drops.get('sender-crashed')]).toEqual([4, 2])
})

describe('a world in which nobody is alive does not pass', () => {
  const quitter: Program = (env) => void env.timers.after(ms(10), () => env.exit(7))
  const dying = (programs: readonly Program[]): Scenario =>
    scenario({
      title: 'everybody quits',
      nodes: () => programs.map((program, index) => node(`n${index}`, program)),
      exitsAllowed: [7],
      duration: ms(100),
      settle: ms(100),
    })

  test('when every node is down in the end', async () => {
    const { result } = await tell(dying([quitter, quitter]))
    expect(result.outcome).toEqual({ kind: 'dead', group: 'the world' })
  })

  test('when a whole group is down in the end, unless it is one of clients', async () => {
    const cluster = (quorum?: number): Scenario =>
      scenario({
        title: 'the servers quit',
        nodes: () => [
          ...group('server', 3, quitter, quorum === undefined ? {} : { quorum }),
          node('other', () => undefined),
        ],
        exitsAllowed: [7],
        duration: ms(100),
        settle: ms(100),
      })
    expect((await tell(cluster())).result.outcome).toEqual({ kind: 'dead', group: 'server' })
    expect((await tell(cluster(0))).result.outcome).toEqual({ kind: 'passed' })
  })

  const healedFrom = (crashed: number, settle: number): Scenario =>
    scenario({
      title: 'nobody is up until everything is healed',
      nodes: () => group('peer', 3, () => undefined),
      faults: [{ kind: 'crash', node: '$all(peer)', at: ms(crashed) }],
      unrestricted: true,
      duration: ms(100),
      settle: ms(settle),
    })

  test('when everybody comes back only with the heal, with which the run ends', async () => {
    const { result } = await tell(healedFrom(1, 0))
    expect(result.outcome).toEqual({ kind: 'dead', group: 'the world', since: ms(1) })
    expect(describeOutcome(result.outcome)).toBe(
      'dead: from 0.001000000s until everything was healed no node of the world was up',
    )
  })

  test('unless they went down shortly before, or the healed system is watched for as long', async () => {
    expect((await tell(healedFrom(80, 0))).result.outcome).toEqual({ kind: 'passed' })
    expect((await tell(healedFrom(1, 100))).result.outcome).toEqual({ kind: 'passed' })
  })

  test('and restarting everybody at once leaves a world that goes on', async () => {
    const ticker: Program = (env) => void env.timers.every(ms(10), () => env.probe('tick', env.incarnation))
    const all: Fault[] = ['crash', 'stop'].map((kind, index) => ({
      ...(kind === 'crash'
        ? { kind: 'crash', connections: 'reset', disk: 'drawn' }
        : { kind: 'stop', grace: ms(5) }),
      node: '$all(peer)',
      at: at(100 + index * 100),
      for: ms(50),
    })) as Fault[]
    const restarted = scenario({
      title: 'everybody restarts, twice',
      nodes: () => group('peer', 3, ticker),
      faults: all,
      unrestricted: true,
      duration: seconds(1),
    })
    const { result, events } = await tell(restarted)
    const last = new Map(events.flatMap((event) => (event.kind === 'probe' ? [[event.node, event]] : [])))
    expect(result.outcome).toEqual({ kind: 'passed' })
    expect([...last.values()].map(({ at: when, value }) => [when > ms(980), value])).toEqual([
      [true, 3],
      [true, 3],
      [true, 3],
    ])
  })
})
