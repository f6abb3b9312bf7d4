import { expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import type { Fault } from '../faults/index.ts'
import { node, type NodeOptions, type Scenario, scenario } from '../scenario.ts'
import { tell } from '../testing/story.ts'
import { type Duration, type Instant, ms, seconds } from '../time.ts'

const at = (duration: Duration): Instant => duration as number as Instant
const crashAt = (when: Duration, wait: Duration): Fault => ({
  kind: 'crash',
  node: 'a',
  at: at(when),
  for: wait,
  connections: 'reset',
  disk: 'lost',
})

function alone(
  program: Program,
  faults: readonly Fault[] = [],
  options: NodeOptions & { readonly versions?: Record<string, Program> } = {},
): Scenario {
  const { versions, ...rest } = options
  return scenario({
    title: 'one node',
    nodes: () => [node('a', versions ?? program, rest), node('keeper', () => undefined)],
    faults,
    duration: seconds(1),
    exitsAllowed: [1, 3],
    unrestricted: true,
  })
}

test('a crash in the middle of a step ends it there: nothing after it happens', async () => {
  const program: Program = (env) => {
    env.probe('before', 1)
    env.probe('trigger', 1)
    env.probe('after', 1)
    env.messages.send('keeper', { kind: 'never' })
  }
  const fault: Fault = {
    kind: 'crash',
    node: 'a',
    when: { kind: 'probe', where: { name: 'trigger' } },
    connections: 'reset',
    disk: 'lost',
  }
  const { story } = await tell(alone(program, [fault]), ['probe', 'crash', 'send', 'exit'])
  // The run heals at its end, which starts the node again.
  expect(story.slice(0, 4).map((line) => line.split(' ').slice(2, 4).join(' '))).toEqual([
    'probe name=before',
    'probe name=trigger',
    'crash connections=reset',
    'probe name=before',
  ])
})

test('a crash keeps no memory, and the promises of a dead incarnation never settle', async () => {
  const settled: string[] = []
  const program: Program = async (env) => {
    let count = 0
    const name = `incarnation ${env.incarnation}`
    void env.sleep(ms(400)).then(() => settled.push(name))
    env.timers.every(ms(50), () => env.probe('count', ++count))
    await env.sleep(seconds(10))
    settled.push('never')
  }
  const { story } = await tell(alone(program, [crashAt(ms(120), ms(20))]), ['start', 'crash', 'probe'])
  expect(settled).toEqual(['incarnation 2'])
  expect(story.slice(0, 6)).toMatchInlineSnapshot(`
    [
      "0.000ms a start incarnation=1 version=1",
      "0.000ms keeper start incarnation=1 version=1",
      "50.000ms a probe name=count value=1",
      "100.000ms a probe name=count value=2",
      "120.000ms a crash connections=reset",
      "140.000ms a start incarnation=2 version=1",
    ]
  `)
})

test('a paused node does nothing, and the timers that fell due meanwhile fire when it goes on', async () => {
  const program: Program = (env) => {
    for (const wait of [10, 30, 40, 80]) env.timers.after(ms(wait), () => env.probe('fired', wait))
  }
  const pause: Fault = { kind: 'pause', node: 'a', at: at(ms(20)), for: ms(40) }
  const { story } = await tell(alone(program, [pause]), ['pause', 'resume', 'probe'])
  expect(story).toMatchInlineSnapshot(`
    [
      "10.000ms a probe name=fired value=10",
      "20.000ms a pause",
      "60.000ms a resume",
      "60.000ms a probe name=fired value=30",
      "60.000ms a probe name=fired value=40",
      "80.000ms a probe name=fired value=80",
    ]
  `)
})

test('work on a slow CPU takes longer, holds back what arrives, and what is sent leaves when it is done', async () => {
  const program: Program = (env) => {
    env.timers.after(ms(1), () => {
      env.cpu.charge(ms(10))
      env.messages.send('keeper', { kind: 'done' })
    })
    env.timers.after(ms(2), () => env.probe('next', 1))
    env.spawn(async () => {
      await env.sleep(ms(100))
      await env.cpu.work(ms(5))
      env.probe('worked', 1)
    })
  }
  const slow: Fault = { kind: 'slow-cpu', node: 'a', factor: 4, at: at(ms(50)), for: ms(500) }
  const { story } = await tell(alone(program, [slow]), ['probe', 'cpu', 'cpu-done', 'drop'])
  expect(story).toMatchInlineSnapshot(`
    [
      "1.000ms a cpu work=10000000",
      "11.000ms a probe name=next value=1",
      "11.403ms a drop target=keeper why=no-handler",
      "100.000ms a cpu work=5000000",
      "120.000ms a cpu-done",
      "120.000ms a probe name=worked value=1",
    ]
  `)
})

test('an uncaught error, thrown or rejected, at once or later, is an exit with its stack', async () => {
  const programs: readonly Program[] = [
    () => {
      throw new Error('thrown')
    },
    async () => {
      await Promise.resolve()
      throw new Error('rejected')
    },
    (env) => void env.timers.after(ms(1), () => Promise.reject(new Error('in a timer'))),
    (env) => env.spawn(() => Promise.reject(new Error('in a task'))),
    (env) => queueMicrotask(() => env.exit(3)),
  ]
  for (const program of programs) {
    const { events, result } = await tell(alone(program), ['exit'])
    const exit = events.find((event) => event.kind === 'exit')
    expect([exit?.code, exit?.error ?? 'none'].join(' ')).toMatch(
      /^(1 Error: (thrown|rejected|in a timer|in a task)|3 none)$/,
    )
    if (exit?.code === 1) expect(exit.stack).toContain('machine.test.ts')
    expect(result.outcome).toEqual({ kind: 'passed' })
  }
})

test('a program that ends itself on purpose is finished, and one with a supervisor starts again', async () => {
  const program: Program = (env) => void env.timers.after(ms(300), () => env.exit())
  const { story } = await tell(alone(program, [], { restartAfterExit: ms(100) }), ['start', 'exit'])
  expect(story.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    '0.000ms a start',
    '0.000ms keeper start',
    '300.000ms a exit',
    '400.000ms a start',
    '700.000ms a exit',
    '800.000ms a start',
  ])
})

test('a stop runs the stop actions, the last first, aborts the signal, and cuts off what takes too long', async () => {
  const program: Program = (env) => {
    env.signal.addEventListener('abort', () => env.probe('aborted', 1))
    env.onStop(() => env.probe('first', 1))
    env.onStop(async () => {
      await env.sleep(env.incarnation === 1 ? ms(20) : seconds(100))
      env.probe('second', 1)
    })
  }
  const stop = (when: Duration): Fault => ({
    kind: 'stop',
    node: 'a',
    at: at(when),
    for: ms(100),
    grace: ms(50),
  })
  const { story } = await tell(alone(program, [stop(ms(10)), stop(ms(400))]), [
    'start',
    'stop-asked',
    'stop',
    'probe',
  ])
  expect(story).toMatchInlineSnapshot(`
    [
      "0.000ms a start incarnation=1 version=1",
      "0.000ms keeper start incarnation=1 version=1",
      "10.000ms a stop-asked grace=50000000",
      "10.000ms a probe name=aborted value=1",
      "30.000ms a probe name=second value=1",
      "30.000ms a probe name=first value=1",
      "30.000ms a stop isForced=false",
      "110.000ms a start incarnation=2 version=1",
      "400.000ms a stop-asked grace=50000000",
      "400.000ms a probe name=aborted value=1",
      "450.000ms a stop isForced=true",
      "500.000ms a start incarnation=3 version=1",
    ]
  `)
})

test('an upgrade starts the other version on the same disk', async () => {
  const old: Program = async (env) => {
    const file = await env.disk.open('/data', { create: true })
    await file.append(new TextEncoder().encode('old'))
    await file.sync()
    await env.disk.syncDirectory('/')
  }
  const young: Program = async (env) => {
    const file = await env.disk.open('/data')
    env.probe('read', new TextDecoder().decode(await file.read(0, 10)))
  }
  const upgrade: Fault = {
    kind: 'upgrade',
    node: 'a',
    version: '2',
    at: at(ms(100)),
    for: ms(10),
    grace: ms(10),
  }
  const { story } = await tell(alone(old, [upgrade], { versions: { '1': old, '2': young } }), [
    'start',
    'probe',
  ])
  expect(story.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
    'a start incarnation=1 version=1',
    'keeper start incarnation=1 version=1',
    'a start incarnation=2 version=2',
    'a probe name=read value=old',
  ])
})

test('timers follow the clock of the node: a clock that runs at half speed fires them late', async () => {
  const seen: number[] = []
  const program: Program = (env: Env) => {
    env.timers.after(ms(100), () => {
      seen.push(env.clock.monotonic())
    })
  }
  const drift: Fault = { kind: 'clock-drift', node: 'a', ppm: -500_000, at: at(ms(50)) }
  const { events } = await tell(alone(program, [drift]))
  const fired = events.find(({ kind }) => kind === 'timer-fire')
  expect(fired?.at).toBe(ms(150))
  expect(seen).toEqual([ms(100)])
})

test('a periodic timer that is due while its node is paused goes on once, whatever the clock does meanwhile', async () => {
  const program: Program = (env) => {
    let count = 0
    env.timers.every(ms(100), () => env.probe('tick', ++count))
  }
  const faults: readonly Fault[] = [
    { kind: 'pause', node: 'a', at: at(ms(250)), for: ms(100) },
    { kind: 'clock-drift', node: 'a', ppm: 1, at: at(ms(320)), for: ms(100) },
  ]
  const { story } = await tell(alone(program, faults), ['probe'])
  expect(story.map((line) => line.split('.')[0])).toEqual(
    [100, 200, 350, 400, 500, 600, 700, 800, 900, 1000].map(String),
  )
})

test('a step that waited for its node is caused by what led to it, not by what came before it', async () => {
  const program: Program = (env) => {
    env.timers.after(ms(30), () => env.probe('due', 1))
    env.onStop(() => env.log.info('stopping'))
  }
  const faults: readonly Fault[] = [
    { kind: 'pause', node: 'a', at: at(ms(10)), for: ms(50) },
    { kind: 'stop', node: 'a', at: at(ms(40)), for: ms(100), grace: ms(50) },
  ]
  const { events } = await tell(alone(program, faults))
  const logged = events.find(({ kind }) => kind === 'log')
  expect(events.find(({ seq }) => seq === logged?.cause)?.kind).toBe('stop-asked')
})

test('a step of the wall clock is seen by the program and leaves its timers alone', async () => {
  const walls: number[] = []
  const program: Program = (env) =>
    void env.timers.every(ms(100), () => {
      walls.push(env.clock.wall())
    })
  const step: Fault = { kind: 'clock-step', node: 'a', by: seconds(-1), at: at(ms(150)), for: ms(100) }
  await tell(alone(program, [step]))
  expect(walls.slice(0, 3)).toEqual([ms(100), ms(200) - seconds(1), ms(300)])
})

test('inputs for a paused node are dropped with a reason when its inbox is full, or when it dies', async () => {
  const sender: Program = (env) => {
    for (let index = 0; index < 5; index++) env.messages.send('a', { kind: 'hello', index })
  }
  const receiver: Program = (env) => env.messages.on('hello', () => env.probe('got', 1))
  const { result } = await tell(
    scenario({
      title: 'full inbox',
      nodes: () => [node('a', receiver, { inboxMax: 3 }), node('b', sender)],
      faults: [
        { kind: 'pause', node: 'a', at: at(ms(0)) },
        { kind: 'crash', node: 'a', at: at(ms(500)), connections: 'reset', disk: 'lost' },
      ],
      duration: seconds(1),
      unrestricted: true,
    }),
  )
  expect(Object.fromEntries(result.drops)).toEqual({ 'inbox-full': 2, 'node-down': 3 })
})

test('a full inbox never swallows what the program itself has asked for', async () => {
  const sender: Program = (env) => {
    for (let index = 0; index < 5; index++) env.messages.send('a', { kind: 'hello', index })
  }
  const receiver: Program = (env) => {
    env.messages.on('hello', () => undefined)
    env.timers.after(ms(400), () => env.probe('timer', 1))
    env.spawn(async () => {
      await env.disk.makeDirectory('/data')
      env.probe('disk', 1)
    })
  }
  const { story } = await tell(
    scenario({
      title: 'full inbox',
      nodes: () => [node('a', receiver, { inboxMax: 1 }), node('b', sender)],
      faults: [{ kind: 'pause', node: 'a', at: at(ms(0)), for: ms(500) }],
      duration: seconds(1),
      unrestricted: true,
    }),
    ['probe'],
  )
  expect(story).toEqual(['500.000ms a probe name=disk value=1', '500.000ms a probe name=timer value=1'])
})
