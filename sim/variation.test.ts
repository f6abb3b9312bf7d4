import { describe, expect, test } from 'vitest'

import type { Event } from './event.ts'
import { run } from './run.ts'
import { group, node, type Scenario, scenario } from './scenario.ts'
import { ms, seconds } from './time.ts'
import { readVariation, type Variation, VariationError } from './variation.ts'

const asking: Scenario = scenario({
  title: 'a client calls a server',
  nodes: () => [
    ...group('server', 2, (env) => {
      env.probe('group', env.parameters['group'] ?? null)
      env.messages.on('ask', (_message, source) => env.messages.send(source, { kind: 'answer' }))
    }),
    node('client', (env) => {
      const random = env.randomFor('workload')
      env.messages.on('answer', () => undefined)
      env.timers.every(ms(10), () => {
        const f = random.pick(['a', 'b'])
        const value = random.int(0, 1_000_000)
        if (!env.admits(f)) return
        env.invoke({ f, value }).ok()
        env.messages.send('server-1', { kind: 'ask' })
      })
    }),
  ],
  duration: seconds(1),
})

async function told(
  variation: Variation,
): Promise<{ readonly events: readonly Event[]; readonly late: string[] }> {
  const events: Event[] = []
  const late: string[] = []
  await run(asking, {
    seed: 1,
    variation,
    onEvent: (event) => void events.push(event),
    onLate: (delivery) => void late.push(delivery),
  })
  return { events, late }
}

const calls = (events: readonly Event[]): readonly unknown[] =>
  events.flatMap((event) => (event.kind === 'operation' && event.phase === 'invoke' ? [event.value] : []))

describe('a variation', () => {
  test('leaves calls out without changing the others', async () => {
    const all = calls((await told({})).events)
    const some = calls((await told({ calls: { client: [0, 7, 30] } })).events)
    expect(some).toEqual([all[0], all[7], all[30]])
  })

  test('leaves a function of operations out', async () => {
    const { events } = await told({ operationsOff: ['a'] })
    const functions = events.flatMap((event) => (event.kind === 'operation' ? [event.f] : []))
    expect(new Set(functions)).toEqual(new Set(['b']))
  })

  test('leaves a machine out, of which its group does not learn', async () => {
    const { events } = await told({ without: ['server-2'] })
    expect(events.some((event) => event.node === 'server-2')).toBe(false)
    expect(events.find((event) => event.kind === 'probe')).toMatchObject({ value: ['server-1'] })
  })

  test('lets only some deliveries be late, and names those that are', async () => {
    const { late } = await told({})
    expect(late.length).toBeGreaterThan(5)
    expect((await told({ late: [] })).late).toEqual([])
    expect((await told({ late: late.slice(2, 4) })).late).toEqual(late.slice(2, 4))
  })

  test('that names the late ones as they are changes nothing', async () => {
    const { events, late } = await told({})
    expect((await told({ late })).events).toEqual(events)
  })

  test('ends a run sooner', async () => {
    const { events } = await told({ duration: ms(100) })
    expect(events.at(-1)?.at).toBe(ms(100))
  })

  test('takes the disk and the network from presets, and names those that there are', async () => {
    const { events } = await told({ network: 'perfect' })
    const deliveries = events.filter((event) => event.kind === 'deliver')
    expect(new Set(deliveries.map(({ at }) => at % ms(1))).size).toBe(1)
    await expect(told({ network: 'lann' })).rejects.toThrow('network: got "lann", wanted one of lan, wan')
    await expect(told({ disk: 'floppy' })).rejects.toThrow('disk: got "floppy", wanted one of ssd, hdd')
    await expect(told({ without: ['nobody'] })).rejects.toThrow(
      'without: got nobody, wanted some, not all, of',
    )
  })
})

test('whatever is wrong with a variation that is read is said at once, with its place', () => {
  const read = (raw: unknown) => () => readVariation(raw, 'variation x.json')
  expect(read([])).toThrow(VariationError)
  expect(read({ latte: [], duration: -1, calls: { a: ['x'] } })).toThrow(
    'variation x.json: got latte, wanted one of faults, network',
  )
  expect(read({ duration: -1, calls: { a: ['x'] } })).toThrow(/duration: got -1.*; calls: got /)
  expect(read({ strategy: { kind: 'pct', depth: 0, steps: 1 } })).toThrow('strategy: got')
  expect(read({ faults: { crashes: Number.NaN } })).toThrow('faults: got')
  expect(readVariation({ faults: { crashes: 0 }, late: [] }, 'x')).toEqual({
    faults: { crashes: 0 },
    late: [],
  })
})
