import { stat } from 'node:fs'

import { describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import type { Event } from '../event.ts'
import {
  clockDrifts,
  clockSlews,
  clockSteps,
  type FaultSource,
  pauses,
  restarts,
  slowCpu,
} from '../faults/index.ts'
import { type EventSource, memorySource } from '../log/index.ts'
import { header } from '../log/testing/arbitrary-event.ts'
import { lan, perfect } from '../net/index.ts'
import { setUp } from '../run-setup.ts'
import { run, type RunOptions } from '../run.ts'
import { group, node, type Scenario, scenario } from '../scenario.ts'
import { busy, everyFault, everyKind } from '../testing/every-kind.ts'
import { type Duration, type Instant, ms, seconds } from '../time.ts'
import type { AloneResult } from './alone-result.ts'
import { replayAlone } from './replay-alone.ts'

const at = (wait: Duration): Instant => wait as number as Instant

interface Recorded {
  readonly trace: EventSource
  readonly events: readonly Event[]
}

/** A run as a trace has it: what went through JSON. */
async function record(of: Scenario, options: Partial<RunOptions> = {}): Promise<Recorded> {
  const events: Event[] = []
  await run(of, { seed: 1, ...options, onEvent: (event) => void events.push(event) })
  const read = JSON.parse(JSON.stringify(events)) as readonly Event[]
  return { trace: memorySource('run', header, read), events: read }
}

function alone(trace: EventSource, of: Scenario, name: string, seed = 1): Promise<AloneResult> {
  return replayAlone(trace, { scenario: of, setup: setUp(of, { seed }), seed, node: name })
}

/** Replays every node alone: what came of each, and how many events were fed or compared in all. */
async function everyNodeAlone(of: Scenario, options: Partial<RunOptions> = {}): Promise<EveryNode> {
  const { seed = 1 } = options
  const { trace, events } = await record(of, options)
  const results: AloneResult[] = []
  for (const { name } of setUp(of, { seed }).prepared.nodes) results.push(await alone(trace, of, name, seed))
  const own = events.filter(({ node, kind }) => node !== '' && !outside.has(kind))
  const counts = results.map(({ inputs, outputs }) => inputs + outputs)
  // Every event of a node is one of the two; inputs are also the faults that concern a node.
  const isWhole = counts.reduce((sum, count) => sum + count, 0) >= own.length
  return { kinds: results.map(({ kind }) => kind), isWhole }
}

interface EveryNode {
  readonly kinds: readonly AloneResult['kind'][]
  readonly isWhole: boolean
}

const allSame: EveryNode = { kinds: ['same', 'same', 'same'], isWhole: true }
const outside: ReadonlySet<string> = new Set(['drop', 'duplicate', 'disk-crash', 'disk-damage'])

describe('a node alone does again what it did', () => {
  test.each([1, 2, 3])('whatever a program may touch, on seed %i', async (seed) => {
    expect(await everyNodeAlone(everyKind, { seed })).toEqual(allSame)
  })

  test('with what happens at one instant in random order', async () => {
    expect(await everyNodeAlone(everyKind, { seed: 4, variation: { strategy: { kind: 'random' } } })).toEqual(
      allSame,
    )
  })

  test.each([1, 2, 3, 4])('on a slow, paused, stopped node with a wrong clock, on seed %i', async (seed) => {
    expect(await everyNodeAlone(hardLife([]), { seed })).toEqual(allSame)
  })

  test.each([5, 6])(
    'when its own events bring faults upon it in the middle of its steps, on seed %i',
    async (seed) => {
      expect(await everyNodeAlone(hardLife(triggered), { seed })).toEqual(allSame)
    },
  )

  test('when it sees the recorded clock, randomness and names, and nobody else runs', async () => {
    let runs = 0
    const curious: Program = async (env) => {
      runs++
      env.log.info('clock', { wall: env.clock.wall(), draw: env.random.float() })
      await env.net.resolve('nobody').catch((error: Error) => env.log.info(error.message))
      const socket = await env.net.bind()
      env.log.info('port', { port: socket.port, name: env.name, parameters: env.parameters })
      env.timers.every(ms(70), () => env.log.info('clock', { wall: env.clock.wall() }))
    }
    const of = scenario({
      title: 'curious',
      nodes: () => [node('a', curious, { clockOffset: ms(5), clockDriftPpm: 90 }), node('b', curious)],
      faults: [
        { kind: 'clock-step', node: 'a', by: ms(-20), at: at(ms(100)), for: ms(200) },
        { kind: 'clock-slew', node: 'a', by: ms(7), ppm: 4000, at: at(ms(150)) },
        { kind: 'clock-drift', node: 'a', ppm: 70_000, at: at(ms(200)), for: ms(300) },
      ],
      duration: seconds(1),
    })
    const { trace } = await record(of)
    runs = 0
    expect(await alone(trace, of, 'a')).toMatchObject({ kind: 'same' })
    expect(runs).toBe(1)
  })

  test('when it starts as all faults end, after its clock was set right', async () => {
    const quiet = questions(
      (env) => {
        const started = env.clock.wall()
        env.messages.on('question', () => env.log.info('here since', { started }))
      },
      [
        { kind: 'crash', node: 'a', connections: 'reset', disk: 'lost', at: at(ms(50)) },
        { kind: 'clock-step', node: 'a', by: seconds(7), at: at(ms(60)), for: seconds(9) },
      ],
    )
    const { trace, events } = await record(quiet)
    expect(await alone(trace, quiet, 'a')).toMatchObject({ kind: 'same' })
    expect(events.findLast(({ kind }) => kind === 'log')).toMatchObject({ fields: { started: ms(105) } })
  })

  test('when it ends by an error', async () => {
    const failing: Program = (env) => void env.timers.after(ms(5), () => void failAs(env.parameters['how']))
    for (const how of ['error', 'rejection']) {
      const of = scenario({
        title: how,
        nodes: () => [node('a', failing, { parameters: { how } })],
        duration: ms(10),
      })
      const { trace } = await record(of)
      expect(await alone(trace, of, 'a')).toMatchObject({ kind: 'same' })
    }
  })
})

function failAs(how: unknown): Promise<void> | void {
  if (how === 'error') throw new Error('thrown')
  return Promise.reject(new Error('rejected'))
}

const often = { every: ms(150) }
const triggered: readonly FaultSource[] = [
  { kind: 'crash', node: '$node', ...crashed('reset'), when: { kind: 'stream-write', count: 30 } },
  { kind: 'crash', node: '$node', ...crashed('silent'), when: { kind: 'deliver', count: 50 } },
  { kind: 'crash', node: '$node', ...crashed('reset'), when: { kind: 'exit', count: 2 } },
  { kind: 'crash', node: '$node', ...crashed('reset'), when: { kind: 'start', count: 12 } },
  { kind: 'pause', node: '$node', for: ms(20), when: { kind: 'datagram-send', count: 10 } },
  { kind: 'stop', node: '$node', grace: ms(3), for: ms(20), when: { kind: 'timer-fire', count: 70 } },
  { kind: 'clock-step', node: '$node', by: ms(20), for: ms(50), when: { kind: 'probe', count: 7 } },
  { kind: 'clock-drift', node: '$others', ppm: 30_000, for: ms(50), when: { kind: 'probe', count: 12 } },
]

const nodeFaults: readonly FaultSource[] = [
  clockDrifts(often),
  clockSteps(often),
  clockSlews(often),
  slowCpu(often),
  pauses(often),
  restarts(often),
]

function crashed(connections: 'reset' | 'silent') {
  return { connections, disk: 'lost', for: ms(20) } as const
}

/** Everything that befalls a node besides what befalls its disk and its network. */
function hardLife(more: readonly FaultSource[]): Scenario {
  const watchful: Program = (env) => {
    env.timers.every(ms(7), () =>
      env.log.info('clock', { wall: env.clock.wall(), at: env.clock.monotonic() }),
    )
    return busy(env)
  }
  return scenario({
    title: 'a hard life',
    nodes: () => group('peer', 3, watchful, { restartAfterExit: ms(30) }),
    network: lan({ streams: { window: 512, segmentMax: 256 } }),
    names: new Map([['service', 'peer-1']]),
    faults: [...nodeFaults, ...everyFault, ...more],
    unrestricted: true,
    exitsAllowed: [1, 3],
    duration: seconds(1),
    settle: ms(100),
  })
}

interface Change {
  readonly before?: (count: number) => unknown
  readonly answer?: (count: number) => number | null
  readonly after?: (count: number) => unknown
}

/** Answers each question with how many there were. */
function answering(env: Env, { before, answer = (count) => count, after }: Change = {}): void {
  let count = 0
  env.messages.on('question', (_message, source) => {
    count++
    before?.(count)
    const said = answer(count)
    if (said !== null) env.messages.send(source, { kind: 'answer', count: said })
    after?.(count)
  })
}

/** Ten questions to a node: twelve inputs with its start and the end of faults, ten outputs. */
function questions(program: (env: Env) => void, faults: readonly FaultSource[] = []): Scenario {
  const asker: Program = (env) => {
    env.timers.every(ms(10), () => env.messages.send('a', { kind: 'question' }))
    env.messages.on('answer', () => undefined)
  }
  return scenario({
    title: 'ten questions',
    nodes: () => [node('a', program), node('b', asker)],
    network: perfect(),
    faults,
    unrestricted: true,
    duration: ms(105),
    ...(faults.length === 0 ? {} : { settle: ms(50) }),
  })
}

const third = (count: number): boolean => count === 3

describe('a node whose program has changed', () => {
  test.each<readonly [string, object, (env: Env) => void]>([
    [
      'says something else',
      {
        recorded: { kind: 'send', message: { count: 3 } },
        produced: { kind: 'send', message: { count: 33 } },
        difference: { path: 'message.count', a: 3, b: 33 },
      },
      (env) => answering(env, { answer: (count) => (third(count) ? 33 : count) }),
    ],
    [
      'says something more',
      { recorded: null, produced: { kind: 'log', text: 'three!' }, difference: null },
      (env) => answering(env, { after: (count) => third(count) && env.log.info('three!') }),
    ],
    [
      'says something else first',
      {
        recorded: { kind: 'send', message: { count: 3 } },
        produced: { kind: 'probe', name: 'third' },
        difference: { path: 'kind', a: 'send', b: 'probe' },
      },
      (env) => answering(env, { before: (count) => third(count) && env.probe('third', true) }),
    ],
    [
      'says nothing',
      { recorded: { kind: 'send', message: { count: 3 } }, produced: null, difference: null },
      (env) => answering(env, { answer: (count) => (third(count) ? null : count) }),
    ],
  ])('diverges where it %s', async (_how, divergence, program) => {
    const { trace, events } = await record(questions(answering))
    const result = await alone(trace, questions(program), 'a')
    expect(result).toMatchObject({ kind: 'diverged', inputs: 4, outputs: _how.endsWith('more') ? 3 : 2 })
    expect(result).toMatchObject({ divergence: { kind: 'output', ...divergence } })
    if (result.kind !== 'diverged' || result.divergence.kind !== 'output') return
    const { before, recorded, produced } = result.divergence
    expect(before.map(({ kind }) => kind)).toEqual(['start', 'deliver', 'deliver', 'deliver'])
    for (const event of [...before, ...(recorded === null ? [] : [recorded])]) expect(events).toContain(event)
    // It bears the seq and the cause that it would have in the trace.
    if (produced !== null) expect(produced.cause).toBe(before.at(-1)?.seq)
    if (produced !== null && recorded !== null) expect(produced.seq).toBe(recorded.seq)
  })

  test('diverges where it does not take an input any more', async () => {
    const { trace } = await record(questions(answering))
    const deaf = questions(() => undefined)
    expect(await alone(trace, deaf, 'a')).toMatchObject({
      kind: 'diverged',
      inputs: 1,
      outputs: 0,
      divergence: { kind: 'input', recorded: { kind: 'deliver', source: 'b' }, before: [{ kind: 'start' }] },
    })
  })

  test('diverges after at most five inputs that are shown', async () => {
    const { trace } = await record(questions(answering))
    const silent = questions((env) => answering(env, { answer: (count) => (count < 8 ? count : null) }))
    const result = await alone(trace, silent, 'a')
    expect(result).toMatchObject({ kind: 'diverged', inputs: 9, outputs: 7 })
    if (result.kind === 'diverged') expect(result.divergence.before).toHaveLength(5)
  })

  test('stays the same when nothing of the change shows', async () => {
    const { trace } = await record(questions(answering))
    const changed = questions((env) => {
      env.messages.on('never', () => env.log.error('never'))
      answering(env, { answer: (count) => 1 + (count - 1) })
    })
    expect(await alone(trace, changed, 'a')).toEqual({ kind: 'same', node: 'a', inputs: 12, outputs: 10 })
  })

  test('is not judged when it touches the real world', async () => {
    const { trace } = await record(questions(answering))
    const leaking = questions((env) =>
      answering(env, { after: (count) => third(count) && stat('/', () => undefined) }),
    )
    expect(await alone(trace, leaking, 'a')).toMatchObject({
      kind: 'undecided',
      outcome: { kind: 'leak', leak: { resource: 'FSREQCALLBACK' } },
    })
  })
})

test('a node that the scenario does not have is refused with those that it has', async () => {
  const { trace } = await record(questions(answering))
  await expect(alone(trace, questions(answering), 'c')).rejects.toThrow('no node "c"; there are a, b')
})
