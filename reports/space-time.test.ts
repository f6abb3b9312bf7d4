import { describe, expect, test } from 'vitest'

import { inRange } from './event-range.ts'
import { isInDiagram, spaceTimeLines } from './space-time.ts'
import { statsReport } from './stats-report.ts'
import { TraceStatistics } from './trace-stats.ts'
import {
  type Event,
  group,
  type Instant,
  ms,
  node,
  perfect,
  type Program,
  run,
  scenario,
  seconds,
} from '../sim/index.ts'

/** Asks every 100 ms, and is answered. */
const asker: Program = async (env) => {
  env.messages.on('answer', () => undefined)
  for (let turn = 1; turn <= 4; turn++) {
    const asked = env.invoke({ f: 'ask', key: null, value: turn })
    env.messages.send('server-1', { kind: 'ask', turn })
    await env.sleep(ms(100))
    if (turn !== 3) asked.ok(turn)
    else asked.info('no answer')
  }
}
const server: Program = (env) =>
  env.messages.on('ask', ({ turn }, source) =>
    env.messages.send(source, { kind: 'answer', turn: turn ?? null }),
  )

async function story(): Promise<readonly Event[]> {
  const events: Event[] = []
  await run(
    scenario({
      title: 'questions and answers',
      nodes: () => [...group('server', 2, server), node('client', asker)],
      network: perfect({ takes: ms(1) }),
      faults: [
        {
          kind: 'crash',
          node: 'server-1',
          connections: 'reset',
          disk: 'kept',
          at: ms(150) as number as Instant,
          for: ms(100),
        },
        { kind: 'pause', node: 'server-2', at: ms(10) as number as Instant, for: ms(10) },
      ],
      duration: seconds(1),
    }),
    { seed: 1, onEvent: (event) => void events.push(event) },
  )
  return events
}

describe('a diagram', () => {
  test('has a column for each node, and messages as arrows where they arrive or are lost', async () => {
    const events = (await story()).filter(isInDiagram)
    expect(`\n${spaceTimeLines(events, ['client', 'server-1', 'server-2']).join('\n')}\n`)
      .toMatchInlineSnapshot(`
        "
                      client            server-1          server-2
        0.000000000s  === phase faults
        0.000000000s  |                 ^ start incarnation 1, version 1
        0.000000000s  |                 |                 ^ start incarnation 1, version 1
        0.000000000s  ^ start incarnation 1, version 1    |
        0.000000000s  * invoke ask 1    |                 |
        0.001000000s  o------ ask ----->|                 |
        0.002000000s  |<--- answer -----o                 |
        0.010000000s  === fault-begin #0 pause for 10ms node server-2
        0.010000000s  |                 |                 " pause
        0.020000000s  === fault-end #0 pause
        0.020000000s  |                 |                 ^ resume
        0.100000000s  * ok ask 1        |                 |
        0.100000000s  * invoke ask 2    |                 |
        0.101000000s  o------ ask ----->|                 |
        0.102000000s  |<--- answer -----o                 |
        0.150000000s  === fault-begin #1 crash for 100ms node server-1, connections reset, disk kept
        0.150000000s  |                 X crash reset     |
        0.200000000s  * ok ask 2        |                 |
        0.200000000s  * invoke ask 3    |                 |
        0.201000000s  o--- node-down --x|                 |
        0.250000000s  === fault-end #1 crash
        0.250000000s  |                 ^ start incarnation 2, version 1
        0.300000000s  * info ask: no answer               |
        0.300000000s  * invoke ask 4    |                 |
        0.301000000s  o------ ask ----->|                 |
        0.302000000s  |<--- answer -----o                 |
        0.400000000s  * ok ask 4        |                 |
        1.000000000s  === phase healed
        1.000000000s  === phase end
        "
      `)
  })

  test('leaves out nodes that are not asked for, and refuses more than fit', async () => {
    const events = (await story()).filter(isInDiagram)
    const lines = spaceTimeLines(events, ['server-2'])
    expect(lines.some((line) => line.includes('pause'))).toBe(true)
    expect(lines.join('\n')).not.toContain('ask')
    const many = Array.from({ length: 9 }, (_, index) => `n-${index}`)
    expect(() => spaceTimeLines(events, many)).toThrow('got 9 nodes, wanted at most 8')
  })
})

describe('the numbers of a trace', () => {
  test('are counts by kind, messages, and what happened phase by phase', async () => {
    const statistics = new TraceStatistics()
    const events = await story()
    for (const event of events) statistics.add(event)
    const stats = statistics.stats()
    expect(stats.events).toBe(events.length)
    expect(stats.kinds.reduce((sum, [, count]) => sum + count, 0)).toBe(events.length)
    expect(stats.messages).toEqual([
      ['ask', 4, 3],
      ['answer', 3, 3],
    ])
    expect(stats.pairs).toContainEqual(['client > server-1', 4, 1])
    const [faults] = stats.phases
    expect(faults).toMatchObject({ phase: 'faults', operations: { ok: 3, fail: 0, info: 1 }, dropped: 1 })
    expect(faults?.transit).toEqual({ count: 6, median: ms(1), p99: ms(1), max: ms(1) })
    expect(faults?.latency).toEqual({ count: 3, median: ms(100), p99: ms(100), max: ms(100) })
    expect(`\n${statsReport(stats, 5)}\n`).toMatchInlineSnapshot(`
      "
        events  44
        time    1s virtual in 5 ms, 2.0e+2 times as fast

      events by kind
        operation    ████████████████████████  8
        send         █████████████████████···  7
        deliver      ██████████████████······  6
        start        ████████████············  4
        timer-fire   ████████████············  4
        timer-set    ████████████············  4
        phase        █████████···············  3
        fault-begin  ██████··················  2
        fault-end    ██████··················  2
        crash        ███·····················  1
        drop         ███·····················  1
        pause        ███·····················  1
        resume       ███·····················  1

      messages by kind
        ask     ████████████████████████  4 sent, 3 delivered
        answer  ██████████████████······  3 sent, 3 delivered

      messages by pair
        client > server-1  ████████████████████████  4 sent, 1 dropped
        server-1 > client  ██████████████████······  3 sent

      phase faults: 1s
        events      42 (42 a second)
        messages    6 delivered (6 a second), 1 dropped
        transit     median 1ms, 99 % 1ms, max 1ms
        operations  3 ok, 0 fail, 1 info (4 a second)
        latency     median 100ms, 99 % 100ms, max 100ms

      phase healed: 0ns
        events    2
        messages  0 delivered, 0 dropped
      "
    `)
  })

  test('of nothing are none', () => {
    expect(statsReport(new TraceStatistics().stats(), null)).toBe('  events  0\n  time    0ns virtual')
  })
})

test('a range holds what its ends, nodes, kinds and text say, all together', async () => {
  const events = await story()
  const seqs = (range: Parameters<typeof inRange>[0]): readonly number[] =>
    events.filter(inRange(range)).map(({ seq }) => seq)
  expect(seqs({ from: { seq: 3 }, to: { seq: 5 } })).toEqual([3, 4, 5])
  const at = ms(100) as number as Instant
  expect(seqs({ from: { at }, to: { at } })).toEqual(
    events.filter((event) => event.at === at).map(({ seq }) => seq),
  )
  const kinds = new Set(
    events.filter(inRange({ nodes: ['client'], kinds: ['send', 'deliver'] })).map(({ kind }) => kind),
  )
  expect([...kinds]).toEqual(['send', 'deliver'])
  const said = events.filter(inRange({ text: 'ANSWER', kinds: ['deliver'] }))
  expect(said.map(({ node: name }) => name)).toEqual(['client', 'client', 'client'])
  expect(seqs({ nodes: [''] })).toEqual(events.filter((event) => event.node === '').map(({ seq }) => seq))
})
