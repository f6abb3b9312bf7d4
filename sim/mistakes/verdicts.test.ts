// Mistakes known from tools of this kind: what was not shown to be right passes.
import { promises as dns } from 'node:dns'
import { readFile } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as realTimeout } from 'node:timers'
import { Worker } from 'node:worker_threads'
import { gzip } from 'node:zlib'
import { describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import type { Fault } from '../faults/index.ts'
import type { Invariant } from '../invariant.ts'
import { describeOutcome, exitCode } from '../outcome.ts'
import { run, type RunOptions, type RunResult } from '../run.ts'
import { node, scenario, type ScenarioSpec } from '../scenario.ts'
import { type Instant, ms, ns, seconds } from '../time.ts'

type Spec = ScenarioSpec<Record<never, never>>

/** Runs a program beside one that is always fine. */
function runProgram(
  program: Program,
  more: Partial<Spec> = {},
  options: Partial<RunOptions> = {},
): Promise<RunResult> {
  const spec: Spec = {
    title: 'one program',
    nodes: () => [node('first', program, {}), node('second', () => undefined)],
    duration: seconds(1),
    ...more,
  }
  return run(scenario(spec), { seed: 1, ...options })
}

describe('an unhandled rejection is a finding, of the node whose program it was', () => {
  const reject = (): Promise<never> => Promise.reject(new Error('lost'))
  const programs: readonly (readonly [string, Program])[] = [
    ['of the program itself', () => reject()],
    ['of the program after a while', async (env) => (await env.sleep(ms(1)), reject())],
    ['of a promise that nobody waits for', () => void reject()],
    [
      'of a promise that nobody waits for, some microtasks later',
      () =>
        void Promise.resolve()
          .then(() => undefined)
          .then(reject),
    ],
    ['of a task', (env) => env.spawn(reject)],
    ['of a timer handler', (env) => void env.timers.after(ms(1), reject)],
    [
      'of a message handler',
      (env) => (env.messages.on('x', reject), env.messages.send('first', { kind: 'x' })),
    ],
    ['of a stop action', (env) => env.onStop(reject)],
    ['of an operation on the disk that fails', (env) => void env.disk.open('/missing')],
    ['of a connection that is refused', (env) => void env.net.connect('second', 1)],
    [
      'thrown in a microtask',
      () =>
        queueMicrotask(() => {
          throw new Error('lost')
        }),
    ],
    [
      'thrown in nextTick',
      () =>
        process.nextTick(() => {
          throw new Error('lost')
        }),
    ],
  ]

  test.each(programs)('%s', async (_what, program) => {
    const at = ms(500) as number as Instant
    const stop: Fault = { kind: 'stop', node: 'first', grace: ms(10), at, for: ms(10) }
    const { outcome, violations } = await runProgram(program, { faults: [stop], unrestricted: true })
    expect([outcome, violations[0]?.invariant, violations[0]?.node]).toEqual([
      { kind: 'violated' },
      'no uncaught error',
      'first',
    ])
    expect(violations[0]?.message).toMatch(/^first: .*(lost|ENOENT|ECONNREFUSED)/)
  })
})

describe('who waits for ever does not pass', () => {
  const never = (): Promise<void> => new Promise(() => undefined)
  const ticker: Program = (env) => void env.timers.every(ms(10), () => undefined)

  test('an operation that nobody will ever answer is a deadlock', async () => {
    const { outcome } = await runProgram(async (env) => {
      env.invoke({ f: 'wait' })
      await never()
    })
    expect(outcome).toEqual({ kind: 'deadlock', waiting: ['first'] })
  })

  test('two that must finish and wait for each other are a deadlock', async () => {
    const polite =
      (other: string): Program =>
      async (env) => {
        const heard = new Promise<void>((resolve) => env.messages.on('go', () => resolve()))
        await heard
        env.messages.send(other, { kind: 'go' })
      }
    const both = [node('a', polite('b'), { mustFinish: true }), node('b', polite('a'), { mustFinish: true })]
    expect((await runProgram(ticker, { nodes: () => both })).outcome).toEqual({
      kind: 'deadlock',
      waiting: ['a', 'b'],
    })
  })

  test('one that must finish and does not is not done because another goes on ticking', async () => {
    const both = [node('a', never, { mustFinish: true }), node('b', ticker)]
    expect((await runProgram(ticker, { nodes: () => both })).outcome).toEqual({
      kind: 'unfinished',
      nodes: ['a'],
    })
  })

  test('one that does finish passes, by returning as well as by exit', async () => {
    const both = [
      node('a', (env) => env.sleep(ms(5)), { mustFinish: true }),
      node('b', (env) => void env.timers.after(ms(5), () => env.exit()), { mustFinish: true }),
      node('c', ticker),
    ]
    expect((await runProgram(ticker, { nodes: () => both })).outcome).toEqual({ kind: 'passed' })
  })
})

describe('who never lets time pass does not pass', () => {
  const spin: readonly (readonly [string, Program])[] = [
    [
      'timers of no time at all',
      (env) => {
        const again = (): void => void env.timers.after(ns(0), again)
        again()
      },
    ],
    [
      'sleeps of no time at all',
      async (env) => {
        for (;;) await env.sleep(ns(0))
      },
    ],
    [
      'work of no time at all',
      async (env) => {
        for (;;) await env.cpu.work(ns(0))
      },
    ],
  ]
  test.each(spin)('%s are a livelock', async (_what, program) => {
    const { outcome } = await runProgram(program, {}, { instantStepsMax: 1_000, isChecked: false })
    expect(outcome).toEqual({ kind: 'livelock', at: 0, stepsMax: 1_000 })
    expect(exitCode(outcome)).toBe(3)
  })

  test('promises without end within one step are a livelock in checked mode, rather than a process that hangs', async () => {
    const ready = Promise.resolve()
    const { outcome } = await runProgram(async () => {
      for (;;) await ready
    })
    expect(outcome).toEqual({ kind: 'livelock', at: 0, microtasksMax: 5_000_000 })
    expect(exitCode(outcome)).toBe(3)
    expect(describeOutcome(outcome)).toBe(
      'livelock: more than 5000000 microtasks of one step at 0.000000000s',
    )
  })

  test('an endless exchange that lets a little time pass ends at the bound on events', async () => {
    const chatty: Program = (env) => {
      env.messages.on('x', () => env.messages.send('first', { kind: 'x' }))
      env.messages.send('first', { kind: 'x' })
    }
    const { outcome } = await runProgram(chatty, { duration: seconds(1_000) }, { eventsMax: 5_000 })
    expect(outcome).toEqual({ kind: 'events-bound', eventsMax: 5_000 })
  })
})

describe('a checker that could not tell is no success', () => {
  const unsure = (name: string): Invariant => ({
    name,
    kinds: [],
    begin: () => ({
      on: () => null,
      end: () => ({ kind: 'undecided', message: 'out of time' }),
      looked: () => 1,
    }),
  })
  const broken: Invariant = {
    name: 'broken',
    kinds: ['probe'],
    begin: () => ({
      on: () => {
        throw new TypeError('a mistake in the invariant')
      },
      looked: () => 0,
    }),
  }

  test('it is undecided, with an exit code of its own', async () => {
    const { outcome, undecided } = await runProgram(() => undefined, { invariants: [unsure('slow')] })
    expect([outcome, undecided, exitCode(outcome)]).toEqual([
      { kind: 'undecided' },
      [{ invariant: 'slow', message: 'out of time' }],
      3,
    ])
  })

  test('also where the violation of another one is expected, and where its own is', async () => {
    const more = { invariants: [unsure('slow'), unsure('expected')], expectViolation: 'expected' }
    expect((await runProgram(() => undefined, more)).outcome).toEqual({ kind: 'undecided' })
  })

  test('one that throws is no verdict, even if the program swallows what its calls throw', async () => {
    const swallow: Program = (env) => {
      try {
        env.probe('x', 1)
      } catch {
        env.log.info('swallowed')
      }
    }
    await expect(runProgram(swallow, { invariants: [broken] })).rejects.toThrow(
      'invariant "broken" threw at event #4 (probe): TypeError: a mistake',
    )
  })

  test('a recorder that fails is no verdict either', async () => {
    const onEvent = (): void => {
      throw new Error('disk full')
    }
    await expect(runProgram(() => undefined, {}, { onEvent })).rejects.toThrow('disk full')
  })
})

describe('what really goes on outside cannot race the simulation unseen', () => {
  const closed: { close(): void }[] = []
  const real: readonly (readonly [string, string, (env: Env) => unknown])[] = [
    ['a timer', 'Timeout', () => realTimeout(() => undefined, 1)],
    ['a file', 'FSREQCALLBACK', () => readFile('package.json', () => undefined)],
    ['a look-up', 'GETADDRINFOREQWRAP', () => dns.lookup('localhost')],
    ['a socket', 'TCPSERVERWRAP', () => closed.push(createServer().listen(0))],
    ['the thread pool', 'ZLIB', () => gzip('x', () => undefined)],
    ['cryptography', 'HASHREQUEST', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
    ['a thread', 'WORKER', () => new Worker('', { eval: true })],
    ['a channel', 'MESSAGEPORT', () => new MessageChannel().port1.close()],
  ]

  test.each(real)('%s is a leak', async (_what, resource, act) => {
    const { outcome } = await runProgram((env) => void env.timers.after(ms(1), () => void act(env)))
    expect(outcome).toMatchObject({ kind: 'leak', leak: { resource } })
    expect(outcome.kind === 'leak' && outcome.leak.stack).toContain('verdicts.test.ts')
    expect(exitCode(outcome)).toBe(1)
    for (const each of closed.splice(0)) each.close()
  })

  test('a leak counts before the violation that the scenario expects', async () => {
    const leaky: Program = () => {
      realTimeout(() => undefined, 1)
      throw new Error('expected')
    }
    const { outcome } = await runProgram(leaky, { expectViolation: 'no uncaught error' })
    expect(outcome.kind).toBe('leak')
  })

  test('waiting in another thread for a value, which no watch can see, throws', async () => {
    const wait = (): void =>
      void Reflect.apply(Reflect.get(Atomics, 'waitAsync') as () => void, Atomics, [
        new Int32Array(new SharedArrayBuffer(4)),
        0,
        0,
        1,
      ])
    const { violations } = await runProgram(wait)
    expect(violations[0]?.message).toContain('use env.sleep()')
  })
})
