// Mistakes known from tools of this kind: records that leave something out.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'

import type { Data } from '../data.ts'
import type { Program } from '../env.ts'
import type { Event } from '../event.ts'
import { eventFields } from '../event-fields.ts'
import { type Fault, faultKinds } from '../faults/index.ts'
import {
  encodeTrace,
  type EventLog,
  memorySource,
  replay,
  TraceDecoder,
  type TraceHeader,
} from '../log/index.ts'
import { lan } from '../net/index.ts'
import { oneOf, within } from '../parameters.ts'
import { traceEnd, traceHeader } from '../run-header.ts'
import { run, type RunOptions } from '../run.ts'
import { type RunSetup, setUp } from '../run-setup.ts'
import { group, node, type Scenario, scenario } from '../scenario.ts'
import { everyKind } from '../testing/every-kind.ts'
import { tell } from '../testing/story.ts'
import { type Instant, ms, seconds } from '../time.ts'

const code = { scenario: 'test', version: '0', fingerprint: '' }

test('a trace of every kind of event is read back as it was', async () => {
  const { events, result } = await tell(everyKind)
  const header = traceHeader(everyKind, { seed: 1 }, setUp(everyKind, { seed: 1 }), code)
  const decoder = new TraceDecoder('every.ndjson')
  const batch = decoder.push(encodeTrace(header, events, traceEnd(result)))
  decoder.end()
  expect(new Set(batch.events.map(({ kind }) => kind))).toEqual(new Set(Object.keys(eventFields)))
  expect(batch.events).toEqual(events)
  expect(decoder.footer?.digest).toBe(result.digest)
})

describe('a replay compares every kind of event, and all of each', () => {
  let events: readonly Event[] = []
  const header = traceHeader(everyKind, { seed: 1 }, setUp(everyKind, { seed: 1 }), code)

  beforeAll(async () => {
    events = (await tell(everyKind)).events
  })

  /** Where a replay says that the run leaves a recording in which one event was changed. */
  async function partingAt(
    changed: Event,
  ): Promise<readonly [seq: number, path: string | undefined] | 'same'> {
    // What comes long after the changed event makes no difference here, and would only take time.
    const recorded = events
      .slice(0, changed.seq + 5)
      .map((event) => (event.seq === changed.seq ? changed : event))
    const result = await replay(memorySource('changed', header, recorded), async (of, onEvent) => {
      for (const event of events.slice(0, recorded.length)) onEvent(event)
      return Promise.resolve(of)
    })
    if (result.kind === 'same') return 'same'
    return [result.divergence.seq, result.divergence.difference?.path]
  }

  test.each(Object.keys(eventFields))('%s', async (kind) => {
    const event = events.find((each) => each.kind === kind && each.cause > 0)
    if (event === undefined) throw new Error(`the scenario has no ${kind}`)
    const compared = Object.keys(event).filter(
      (field) => !['seq', 'kind', 'error', 'stack'].includes(field) || (field === 'error' && kind !== 'exit'),
    )
    for (const field of compared) {
      const changed = { ...event, [field]: otherValue(event, field) }
      const path = await partingAt(changed)
      expect([kind, field, path[0], String(path[1]).split('.')[0]]).toEqual([kind, field, event.seq, field])
    }
    const renamed = { ...event, kind: kind === 'pause' ? 'resume' : 'pause' } as Event
    expect((await partingAt(renamed))[0]).toBe(event.seq)
  })

  test('a missing last event, and one too many', async () => {
    for (const [recorded, now] of [
      [events.slice(0, -1), events],
      [events, events.slice(0, -1)],
    ] as const) {
      const result = await replay(memorySource('other length', header, recorded), async (of, onEvent) => {
        for (const event of now) onEvent(event)
        return Promise.resolve(of)
      })
      expect(result).toMatchObject({ kind: 'diverged', divergence: { seq: events.length } })
    }
  })
})

/** Another value for a field of an event, of the same type. */
function otherValue(event: Event, field: string): Data {
  const value = Reflect.get(event, field) as Data
  if (field === 'cause') return event.cause - 1
  if (field !== 'bytes') return other(value)
  const bytes = Buffer.from(value as string, 'base64')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64')
}

function other(value: Data): Data {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'boolean') return !value
  if (value === null) return 'something'
  if (isList(value)) return [...value, 1]
  const [key] = Object.keys(value)
  if (key === undefined) return { added: 1 }
  return { ...value, [key]: other(Reflect.get(value, key) as Data) }
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}

describe('a trace records the settings that were used', () => {
  const fickle = { calls: 0 }
  const drawn: Scenario = scenario({
    title: 'drawn parameters and faults',
    parameters: { count: oneOf(2, 3, 4), wait: within(1, 1000), constant: 'c' },
    nodes: ({ count }) => {
      fickle.calls++
      return group('n', count, (env) => env.probe('settings', env.parameters), {
        parameters: { calls: fickle.calls },
      })
    },
    faults: ({ wait }) => [
      { kind: 'pause', node: 'n-1', at: ms(wait) as number as Instant, for: ms(fickle.calls) },
    ],
    unrestricted: true,
    duration: seconds(2),
  })

  async function recorded(
    options: RunOptions,
  ): Promise<{ readonly header: TraceHeader; readonly events: readonly Event[]; readonly end: Data }> {
    const headers: TraceHeader[] = []
    const events: Event[] = []
    const onLog = (_log: EventLog, setup: RunSetup): void => {
      headers.push(traceHeader(drawn, options, setup, code))
    }
    const result = await run(drawn, { ...options, onLog, onEvent: (event) => events.push(event) })
    const [header] = headers
    if (header === undefined) throw new Error('no log')
    const { outcome, violations } = traceEnd(result)
    return { header, events, end: { outcome, violations } }
  }

  test.each<readonly [string, RunOptions]>([
    ['drawn ones', { seed: 7 }],
    [
      'set ones',
      {
        seed: 7,
        set: new Map<string, Data>([
          ['count', 4],
          ['constant', 'd'],
        ]),
      },
    ],
    [
      'a plan from outside',
      { seed: 7, plan: [{ kind: 'pause', node: 'n-2', at: 5 as Instant, for: ms(1) }] },
    ],
    [
      'bounds and order',
      {
        seed: 7,
        variation: { strategy: { kind: 'random' } },
        goesOnAfterViolation: true,
        eventsMax: 1_000,
        instantStepsMax: 99,
      },
    ],
  ])('%s', async (_name, options) => {
    const { header, events, end } = await recorded(options)
    const faults = events.flatMap((event) => (event.kind === 'fault-begin' ? [event.fault] : []))
    const probes = events.flatMap((event) => (event.kind === 'probe' ? [event.value] : []))
    expect(header.plan).toEqual(faults)
    expect(probes).toHaveLength(header.parameters['count'] as number)
    // The scenario answers otherwise each time that it is asked: the header may not ask it again.
    expect(faults[0]?.for).toBe(
      (options.plan === undefined ? (probes[0] as { calls: number }).calls : 1) * 1_000_000,
    )
    expect(header.seed).toBe(7)
    expect(header.options).toEqual({
      variation: options.variation ?? {},
      goesOnAfterViolation: options.goesOnAfterViolation ?? false,
      ...(options.eventsMax === undefined ? {} : { eventsMax: 1_000, instantStepsMax: 99 }),
    })
    expect(header.parameters['constant']).toBe(options.set?.get('constant') ?? 'c')
    expect(end).toEqual({ outcome: 'passed', violations: [] })
  })

  test('every option of a run that changes what happens is in the header', () => {
    // An option that is new here has to be recorded, or be known to change nothing.
    const neutral = {
      seed: 1,
      onEvent: () => undefined,
      onLog: () => undefined,
      onProgress: () => true,
      isChecked: true,
      onLate: () => undefined,
      // What it draws stands in the variation.
      isSwarm: true,
    }
    const all: Required<RunOptions> = {
      ...neutral,
      set: new Map<string, Data>([['count', 3]]),
      plan: [],
      variation: { duration: ms(5) },
      goesOnAfterViolation: true,
      eventsMax: 5,
      instantStepsMax: 6,
    }
    const header = traceHeader(drawn, all, setUp(drawn, all), code)
    const places = ['set', 'plan', 'seed', ...Object.keys(header.options)]
    expect(new Set([...Object.keys(neutral), ...places])).toEqual(new Set(Object.keys(all)))
  })
})

describe('no loss goes without an event', () => {
  const peers = ['a', 'b', 'c']
  /** Sends messages and datagrams, to nobody as well, until a while before the end. */
  const chatter: Program = async (env) => {
    env.messages.on('note', () => {
      env.cpu.charge(ms(env.random.int(0, 3)))
      if (env.random.boolean(0.3)) env.messages.send(env.random.pick(peers), { kind: 'unknown' })
    })
    const socket = await env.net.bind(9)
    const timer = env.timers.every(ms(9), () => {
      if (env.clock.monotonic() > ms(800)) timer.cancel()
      const target = env.random.pick([...peers, 'nobody'])
      env.messages.send(target, {
        kind: env.random.pick(['note', 'unknown']),
        pad: 'x'.repeat(env.random.int(0, 99)),
      })
      socket.send(target, env.random.pick([9, 10]), 'packet')
    })
    for await (const packet of socket) env.probe('packet', packet.bytes.length)
  }

  const networkKinds = [
    'partition',
    'hold',
    'clog',
    'loss',
    'duplication',
    'reordering',
    'corruption',
    'bandwidth',
    'rule',
  ] as const
  const nodeKinds = ['crash', 'stop', 'pause', 'slow-cpu'] as const
  const fault = fc
    .record({
      kind: fc.constantFrom(...networkKinds, ...nodeKinds),
      at: fc.nat(900),
      for: fc.integer({ min: 1, max: 400 }),
      node: fc.constantFrom(...peers),
      much: fc.constantFrom(0.2, 0.7, 1),
    })
    .map(faultOf)

  test('what is sent or copied is delivered, dropped with a reason, or still on its way', async () => {
    const reasons = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fault, { maxLength: 10 }), async (seed, plan) => {
        const world = scenario({
          title: 'chatter under network faults',
          nodes: () => peers.map((name) => node(name, chatter, { inboxMax: 20, restartAfterExit: ms(5) })),
          network: lan({ lossRatio: 0.01 }),
          duration: seconds(1),
          settle: seconds(3600),
        })
        const { events, result } = await tell(world, [], { seed, plan, isChecked: false })
        expect(result.outcome.kind).toBe('passed')
        const count = (...kinds: string[]): number => events.filter(({ kind }) => kinds.includes(kind)).length
        for (const event of events) if (event.kind === 'drop') reasons.add(event.why)
        // After an hour nothing is on its way any more.
        expect(count('send', 'datagram-send', 'duplicate')).toBe(count('deliver', 'datagram-deliver', 'drop'))
      }),
      { numRuns: 30, seed: 1 },
    )
    expect([...reasons].toSorted()).toMatchInlineSnapshot(`
      [
        "corruption",
        "inbox-full",
        "loss",
        "no-handler",
        "no-such-node",
        "node-down",
        "partition",
        "queue-full",
        "rule",
        "sender-crashed",
      ]
    `)
  })

  test('every kind of network fault that exists is among those that are tried', () => {
    const other = [
      'crash',
      'stop',
      'pause',
      'slow-cpu',
      'upgrade',
      'clock-step',
      'clock-drift',
      'clock-slew',
      'names-stale',
      'names-fail',
      'names-change',
    ]
    const missing = faultKinds.filter(
      (kind) => !other.includes(kind) && !/disk|fsync|bit-rot|write|read/.test(kind),
    )
    expect(missing.toSorted()).toEqual([...networkKinds].toSorted())
  })

  function faultOf({
    kind,
    at,
    for: lasting,
    node: hit,
    much,
  }: {
    readonly kind: (typeof networkKinds | typeof nodeKinds)[number]
    readonly at: number
    readonly for: number
    readonly node: string
    readonly much: number
  }): Fault {
    const links = { from: [hit], to: 'any', isSymmetric: much > 0.5 } as const
    const times = { at: ms(at) as number as Instant, for: ms(lasting) }
    switch (kind) {
      case 'partition':
        return {
          kind,
          shape: { kind: 'isolate', node: hit, direction: 'both' },
          cuts: much > 0.5 ? 'in-flight' : 'later',
          ...times,
        }
      case 'hold':
        return { kind, links, ...times }
      case 'clog':
        return { kind, links, factor: 10, added: ms(5), ...times }
      case 'loss':
      case 'duplication':
      case 'corruption':
        return { kind, links, ratio: much, ...times }
      case 'reordering':
        return { kind, links, ratio: much, window: ms(20), ...times }
      case 'rule':
        return { kind, packets: { from: [hit] }, verdict: { kind: 'drop' }, countMax: 5, ...times }
      case 'bandwidth':
        return { kind, links, bytesPerSecond: 2_000, queue: 200, ...times }
      case 'crash':
        return { kind, node: hit, connections: 'silent', disk: 'drawn', ...times }
      case 'stop':
        return { kind, node: hit, grace: ms(5), ...times }
      case 'pause':
        return { kind, node: hit, ...times }
      case 'slow-cpu':
        return { kind, node: hit, factor: 10, ...times }
    }
  }
})
