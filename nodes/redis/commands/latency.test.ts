// LATENCY: figures of a simulated server's own, in the shapes of a real one.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { DurationHistogram } from '../duration-histogram.ts'
import { latencyGraph } from '../latency-graph.ts'
import { LatencyMonitor } from '../latency.ts'
import { latencyReport } from '../latency-report.ts'
import type { Reply } from '../resp/reply-decoder.ts'
import { hasRealRedis, type Pair, sameReplies, startPair } from '../testing/differential.ts'
import { shown } from '../testing/wire.ts'

test('a histogram adds up to the bounds that Redis shows', () => {
  const durations = new DurationHistogram()
  for (const took of [0, 1031, 1032, 33_023, 5_000_000, 20_000_000, 1_200_000_000]) durations.add(took)
  expect(durations.cumulative()).toEqual([
    [1, 2],
    [2, 3],
    [33, 4],
    [8454, 5],
    [33_816, 6],
    [1_073_741, 7],
  ])
})

test('a graph is what redis-server 7.0 draws of two samples', () => {
  const samples = [
    { at: 0, took: 1200 },
    { at: 1, took: 12 },
  ]
  expect(latencyGraph('command', { samples, worst: 1200, now: 10 }).split('\n')).toEqual([
    'command - high 1200 ms, low 12 ms (all time high 1200 ms)',
    '-'.repeat(80),
    '# ',
    '| ',
    '| ',
    '|_',
    '  ',
    '19',
    '0s',
    's ',
    '',
  ])
})

test('the doctor tells the figures of each event', () => {
  const latency = new LatencyMonitor()
  latency.add('command', 10, 1200)
  latency.add('command', 11, 12)
  const report = latencyReport(latency, { now: 11, threshold: 10, slowlogThreshold: 1000 })
  expect(report).toContain(
    '\n1. command: 2 latency spikes (average 606ms, mean deviation 594ms, period 0.50 sec). Worst all time event 1200ms.\n',
  )
})

test('the doctor knows what a quick command that was slow says of the machine', () => {
  const latency = new LatencyMonitor()
  const facts = { now: 11, threshold: 10, slowlogThreshold: 1000 }
  latency.add('fast-command', 10, 1200)
  expect(latencyReport(latency, facts)).toMatch(
    /for you:\n\n- The system is slow [^]*fragmentation problems\.\n$/,
  )
  latency.add('command', 10, 1200)
  expect(latencyReport(latency, facts).match(/^- \w+/gm)).toEqual(['- Check', '- The', '- Deleting'])
})

test('an event that nobody has an advice for is told without one', () => {
  const latency = new LatencyMonitor()
  latency.add('other', 10, 1200)
  const facts = { now: 11, threshold: 10, slowlogThreshold: 1000 }
  expect(latencyReport(latency, facts)).toContain("\n\nWhile there are latency events logged, I'm not able")
})

describe.skipIf(!hasRealRedis).each([2, 3] as const)('as a real server, RESP%i', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test('texts are the same', async () => {
    const asked = [
      ['LATENCY', 'HELP'],
      ['LATENCY', 'DOCTOR'],
      ['LATENCY', 'GRAPH', 'nosuch'],
      ['LATENCY', 'HISTORY', 'nosuch'],
      ['LATENCY', 'LATEST'],
      ['LATENCY', 'RESET'],
      ['LATENCY', 'HISTOGRAM', 'nosuch'],
      ['CONFIG', 'SET', 'latency-monitor-threshold', '1000'],
      ['LATENCY', 'DOCTOR'],
    ]
    await expect(sameReplies(pair, asked)).resolves.toBeUndefined()
  })

  test('the doctor says the same of the same spikes, whatever the thresholds are', async () => {
    const doctor = ['LATENCY', 'DOCTOR']
    const asked = [
      ['CONFIG', 'SET', 'latency-monitor-threshold', '60', 'slowlog-log-slower-than', '-1'],
      ['DEBUG', 'SLEEP', '0.07'],
      doctor,
      ['CONFIG', 'SET', 'slowlog-log-slower-than', '61000'],
      doctor,
      ['CONFIG', 'SET', 'slowlog-log-slower-than', '60999'],
      doctor,
      ['CONFIG', 'SET', 'latency-monitor-threshold', '0', 'slowlog-log-slower-than', '10000'],
      ['LATENCY', 'RESET'],
    ]
    const [real, ours] = await Promise.all([pair.real.askAll(asked), pair.ours.askAll(asked)])
    const texts = [real, ours].map((replies) =>
      replies.map((reply) => shown(reply).replaceAll(/[0-9.]+(?=ms| sec)/g, 'N')),
    )
    expect(texts[1]).toEqual(texts[0])
  })

  test('the histogram counts the same calls', async () => {
    const asked = [
      ['CONFIG', 'RESETSTAT'],
      ['SET', 'a', '1'],
      ['GET', 'a'],
      ['GET', 'a'],
      ['INCR', 'a', 'b'],
      ['LPUSH', 'a', 'x'],
      ['CONFIG', 'GET', 'port'],
      ['LATENCY', 'HISTOGRAM', 'get', 'set', 'incr', 'lpush', 'config', 'config|get', 'latency'],
    ]
    const [real, ours] = await Promise.all([pair.real.askAll(asked), pair.ours.askAll(asked)])
    const [expected, got] = [real, ours].map((replies) => callsByName(replies.at(-1) ?? undefined))
    expect(got).toEqual(expected)
    expect(got).toContain('"get" "calls" :2 "histogram_usec"')
  })
})

/** A line for each command in no order of their own, without what differs from run to run: the steps. */
function callsByName(reply: Reply | undefined): readonly string[] {
  const list = items(reply)
  return list
    .flatMap((each, at) => (at % 2 === 0 ? [[each, ...items(list[at + 1]).slice(0, 3)]] : []))
    .map((parts) => parts.map(shown).join(' '))
    .sort()
}

function items(reply: Reply | undefined): readonly Reply[] {
  return reply !== undefined && 'items' in reply ? reply.items : []
}
