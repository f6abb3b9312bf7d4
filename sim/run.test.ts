import { describe, expect, test } from 'vitest'

import type { Program } from './env.ts'
import type { Event } from './event.ts'
import type { Invariant } from './invariant.ts'
import { run, type RunOptions, type RunProgress } from './run.ts'
import { group, node, scenario, type Scenario, type ScenarioSpec } from './scenario.ts'
import { everyKind } from './testing/every-kind.ts'
import { tell } from './testing/story.ts'
import { type Instant, ms, seconds } from './time.ts'

type Spec = ScenarioSpec<Record<never, never>>
const idle = (): void => undefined
const ticking: Program = (env) =>
  void env.timers.every(ms(10), () => env.probe('tick', env.clock.monotonic()))
const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant

function make(more: Partial<Spec> = {}): Scenario {
  const spec: Spec = { title: 'small', nodes: () => [node('a', ticking)], duration: ms(100), ...more }
  return scenario(spec)
}

/** Finds fault at the first tick at or after an instant. */
function noTickFrom(instant: Instant): Invariant {
  return {
    name: 'no tick',
    kinds: ['probe'],
    begin: () => ({
      on: (event) => (event.at >= instant ? { kind: 'violated', message: `at ${event.at}` } : null),
      looked: () => 1,
    }),
  }
}

describe('the phases of a run', () => {
  test('are that of faults, the healed one, and the end', async () => {
    const { story, result } = await tell(make({ settle: ms(50) }), ['phase'])
    expect(story).toEqual([
      '0.000ms world phase phase=faults',
      '100.000ms world phase phase=healed',
      '150.000ms world phase phase=end',
    ])
    expect([result.at, result.outcome]).toEqual([ms(150), { kind: 'passed' }])
  })

  test('come at their instants in a world in which nothing happens', async () => {
    const { story } = await tell(make({ nodes: () => [node('a', idle)], settle: ms(50) }), ['phase'])
    expect(story).toEqual([
      '0.000ms world phase phase=faults',
      '100.000ms world phase phase=healed',
      '100.000ms world phase phase=end',
    ])
  })

  test('heal everything: who is down starts, who is paused goes on, faults end, and none begins any more', async () => {
    const faults: Spec['faults'] = [
      { kind: 'crash', node: 'n-1', connections: 'reset', disk: 'kept', at: at(10) },
      { kind: 'pause', node: 'n-2', at: at(10) },
      {
        kind: 'partition',
        shape: { kind: 'isolate', node: 'n-3', direction: 'both' },
        cuts: 'later',
        at: at(10),
      },
      { kind: 'pause', node: 'n-3', at: at(10), for: ms(500) },
    ]
    const healing = make({ nodes: () => group('n', 3, ticking), faults, unrestricted: true, settle: ms(50) })
    const { events, result } = await tell(healing)
    const healed = events.findIndex((event) => event.kind === 'phase' && event.phase === 'healed')
    const after = events.slice(healed)
    expect(after.filter(({ kind }) => kind === 'fault-end')).toHaveLength(4)
    const revived = after.filter(({ kind }) => kind === 'start' || kind === 'resume')
    expect(revived.map(({ node: name, kind }) => `${name} ${kind}`).toSorted()).toEqual([
      'n-1 start',
      'n-2 resume',
      'n-3 resume',
    ])
    expect(new Set(after.filter(({ kind }) => kind === 'probe').map(({ node: name }) => name)).size).toBe(3)
    expect(result.faults.map(({ begun }) => begun)).toEqual([1, 1, 1, 1])
  })

  test('let a fault at the very first instant hit a program that runs', async () => {
    const { story } = await tell(make({ faults: [{ kind: 'pause', node: 'a', at: at(0), for: ms(55) }] }), [
      'start',
      'timer-set',
      'pause',
      'resume',
    ])
    expect(story.slice(0, 4).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      '0.000ms a start',
      '0.000ms a timer-set',
      '0.000ms a pause',
      '55.000ms a resume',
    ])
  })
})

describe('a violation', () => {
  const violated = make({ invariants: [noTickFrom(at(40))], settle: ms(50) })

  test('stops the run in the step in which it shows', async () => {
    const { result, events } = await tell(violated)
    expect(result).toMatchObject({
      outcome: { kind: 'violated' },
      at: ms(40),
      violations: [{ invariant: 'no tick', node: 'a', at: ms(40) }],
    })
    const [violation] = result.violations
    expect(events.find(({ seq }) => seq === violation?.seq)).toMatchObject({ kind: 'probe', at: ms(40) })
    expect(events.at(-1)).toMatchObject({ kind: 'phase', phase: 'end' })
  })

  test('does not stop the run when it is to go on', async () => {
    const { result } = await tell(violated, [], { goesOnAfterViolation: true })
    expect(result).toMatchObject({ outcome: { kind: 'violated' }, at: ms(150) })
    expect(result.violations).toHaveLength(1)
  })

  test('that is expected is a pass, and its absence is none', async () => {
    const expecting = (instant: Instant): Scenario =>
      make({ invariants: [noTickFrom(instant)], expectViolation: 'no tick' })
    expect((await run(expecting(at(40)), { seed: 1 })).outcome).toEqual({ kind: 'passed' })
    expect((await run(expecting(at(400)), { seed: 1 })).outcome).toEqual({
      kind: 'not-violated',
      invariant: 'no tick',
    })
  })

  test('by an exit code is none if the code is allowed', async () => {
    const exiting = (code: number, exitsAllowed: readonly number[]): Scenario =>
      make({
        nodes: () => [
          node('a', (env) => void env.timers.after(ms(5), () => env.exit(code)), {
            restartAfterExit: ms(50),
          }),
        ],
        exitsAllowed,
      })
    const outcome = async (code: number, allowed: readonly number[]): Promise<string> =>
      (await run(exiting(code, allowed), { seed: 1 })).outcome.kind
    expect([
      await outcome(0, []),
      await outcome(3, [3]),
      await outcome(3, []),
      await outcome(4, [3]),
    ]).toEqual(['passed', 'passed', 'violated', 'violated'])
  })
})

describe('the result of a run', () => {
  test('counts what happened', async () => {
    const { result, events } = await tell(everyKind)
    const count = (test: (event: Event) => boolean): number => events.filter(test).length
    expect(result.events).toBe(events.length)
    for (const [kind, number] of result.eventCounts)
      expect([kind, number]).toEqual([kind, count((event) => event.kind === kind)])
    for (const [why, number] of result.drops)
      expect(number).toBe(count((event) => event.kind === 'drop' && event.why === why))
    for (const phase of ['ok', 'fail', 'info'] as const) {
      expect(result.operations[phase]).toBe(
        count((event) => event.kind === 'operation' && event.phase === phase),
      )
      expect(result.operations[phase]).toBeGreaterThan(0)
    }
    for (const { index, begun } of result.faults)
      expect(begun).toBe(count((event) => event.kind === 'fault-begin' && event.index === index))
    const taken = result.buggify.reduce((sum, site) => sum + site.taken, 0)
    expect([taken, taken > 0]).toEqual([count((event) => event.kind === 'buggify'), true])
    expect(result).toMatchObject({ title: everyKind.title, seed: 1, at: events.at(-1)?.at, parameters: {} })
  })

  test('is the same whether events are wanted or not, checked or not, in slices or not', async () => {
    const digests: string[] = []
    const ways: readonly Partial<RunOptions>[] = [
      {},
      { isChecked: false },
      { onEvent: idle },
      { onEvent: idle, isChecked: false },
      { onProgress: () => true },
    ]
    for (const way of ways) digests.push((await run(everyKind, { seed: 3, ...way })).digest)
    expect(new Set(digests).size).toBe(1)
  })

  test('is another with another seed', async () => {
    const digests = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => (await run(everyKind, { seed })).digest),
    )
    expect(new Set(digests).size).toBe(4)
  })

  test('is the same with the plan that was drawn, given back', async () => {
    const first = await run(everyKind, { seed: 5 })
    const again = await run(everyKind, { seed: 5, plan: first.plan })
    expect(again.digest).toBe(first.digest)
  })
})

describe('everything that one node leaves uncaught at its start is its own', () => {
  test('also where others start in the same step, and where all are restarted at once', async () => {
    const late: Program = async (env) => {
      await Promise.resolve()
      env.probe('who', env.name)
      throw new Error(env.name)
    }
    const faults: Spec['faults'] = [{ kind: 'stop', node: '$all(n)', grace: ms(1), at: at(10), for: ms(5) }]
    const nodes = (): ReturnType<Spec['nodes']> => [...group('n', 3, late), node('b', idle)]
    const { events } = await tell(make({ nodes, exitsAllowed: [1], faults, unrestricted: true }))
    const starts = new Map(
      events.flatMap((event) => (event.kind === 'start' ? [[event.seq, event.node]] : [])),
    )
    const exits = events.filter((event) => event.kind === 'exit')
    expect(exits.map((event) => [event.node, event.error])).toEqual(
      exits.map((event) => [event.node, `Error: ${event.node}`]),
    )
    expect(exits.length).toBeGreaterThan(3)
    for (const event of events) if (event.kind === 'probe') expect(starts.get(event.cause)).toBe(event.node)
  })
})

test('progress tells how far the run is, and that it goes on', async () => {
  const heard: RunProgress[] = []
  const busy = make({
    nodes: () => [node('a', (env) => void env.timers.every(ms(1), idle))],
    duration: seconds(900),
  })
  await run(busy, { seed: 1, onProgress: (progress) => heard.push(progress) > 0 })
  expect(heard.length).toBeGreaterThan(2)
  expect(
    heard.every(({ at: now, end }, index) => now > (heard[index - 1]?.at ?? -1) && end === at(900_000)),
  ).toBe(true)
})

test('a node without a name, one twice, and a program that is missing are refused before the run', async () => {
  const refused = (nodes: Spec['nodes']): Promise<unknown> => run(make({ nodes }), { seed: 1 })
  await expect(refused(() => [node('', idle)])).rejects.toThrow('nodes[0].name: got "", wanted a name')
  await expect(refused(() => [node('a', idle), node('a', idle)])).rejects.toThrow(
    'node "a".name: got "a", wanted a name that no other node has',
  )
  await expect(refused(() => [node('a', {})])).rejects.toThrow(
    'node "a".programs: got Map(0) {}, wanted a program',
  )
})
