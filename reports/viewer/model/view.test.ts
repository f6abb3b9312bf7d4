// Looking around: windows, steps, filters, times, and two runs on one time.
import { expect, test } from 'vitest'
import fc from 'fast-check'

import { Comparison, warp } from './comparison.ts'
import { eventText } from './event-line.ts'
import { decodedBytes } from './io-text.ts'
import { everything, shownEvents } from './filter.ts'
import { rangeFromZero } from './axis-range.ts'
import { seriesOf } from './series.ts'
import { nextFault, nextShown, nextViolation, violationEvents } from './steps.ts'
import { durationText, instantText } from './time-text.ts'
import { VarintWriter } from './varints.ts'
import { type ViewAction, viewReducer, wholeRun } from './view-state.ts'
import { runFrom } from '../../testing/run-from.ts'

const second = 1e9

test('whatever somebody does, the window stays within the run and is no empty one', () => {
  const action: fc.Arbitrary<ViewAction> = fc.oneof(
    fc.record({
      kind: fc.constant('zoom' as const),
      factor: fc.double({ min: 0.001, max: 1000, noNaN: true }),
      around: fc.integer({ min: -10, max: 2e9 }),
    }),
    fc.record({ kind: fc.constant('pan' as const), share: fc.double({ min: -5, max: 5, noNaN: true }) }),
    fc.record({
      kind: fc.constant('window' as const),
      from: fc.integer({ min: -1e9, max: 1e9 }),
      to: fc.integer({ min: 1e9, max: 3e9 }),
    }),
    fc.record({ kind: fc.constant('cursor' as const), x: fc.integer({ min: -5, max: 2e9 }) }),
    fc.record({ kind: fc.constant('tick' as const), seconds: fc.double({ min: 0, max: 2, noNaN: true }) }),
  )
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const state = actions.reduce(viewReducer, wholeRun([0, second], 'state'))
      expect(state.from).toBeGreaterThanOrEqual(0)
      expect(state.to).toBeLessThanOrEqual(second * 1.0000001)
      expect(state.to - state.from).toBeGreaterThan(100)
      expect(state.cursor).toBeLessThanOrEqual(second)
    }),
  )
})

test('zooming keeps what is under the pointer where it is, down to a few hundred nanoseconds', () => {
  let state = wholeRun([0, second], 'state')
  for (let times = 0; times < 100; times++)
    state = viewReducer(state, { kind: 'zoom', factor: 0.5, around: 123_456_789 })
  expect(state.to - state.from).toBe(200)
  expect(state.from).toBeLessThanOrEqual(123_456_789)
  expect(state.to).toBeGreaterThanOrEqual(123_456_789)
})

test('selecting what is outside of the window brings it in; playing ends at the end', () => {
  const narrow = viewReducer(wholeRun([0, second], 'state'), { kind: 'window', from: 0, to: 1000 })
  const selected = viewReducer(narrow, { kind: 'select', event: { run: 0, seq: 9 }, x: 5e8 })
  expect(selected.from).toBeLessThan(5e8)
  expect(selected.to).toBeGreaterThan(5e8)
  const playing = viewReducer(wholeRun([0, second], 'state'), { kind: 'play', isPlaying: true })
  const over = viewReducer(playing, { kind: 'tick', seconds: 60 })
  expect([over.cursor, over.isPlaying]).toEqual([second, false])
  expect(viewReducer(over, { kind: 'play', isPlaying: true }).cursor).toBe(0)
  // A frame that was asked for before is drawn after: it must not go on playing.
  const paused = viewReducer(playing, { kind: 'play', isPlaying: false })
  expect(viewReducer(paused, { kind: 'tick', seconds: 1 })).toBe(paused)
  expect(viewReducer(playing, { kind: 'select', event: { run: 0, seq: 9 }, x: 5e8 }).isPlaying).toBe(false)
})

const story = runFrom(
  [
    { kind: 'phase', phase: 'faults' },
    { kind: 'send', node: 'a', target: 'b', size: 1, message: { kind: 'hello', text: 'World' } },
    { kind: 'fault-begin', index: 0, fault: { kind: 'pause', at: 1, node: 'a' } },
    { kind: 'pause', node: 'a', cause: 3 },
    { kind: 'probe', node: 'b', name: 'x', value: 1 },
  ],
  {
    violations: [{ invariant: 'i', message: 'm', seq: 5, witnesses: [4, 2, 4, 99], waits: [] }],
  },
)

test('steps go to what is shown, to faults, and around what was violated', () => {
  const shown = shownEvents(story, { ...everything, hiddenKinds: new Set(['send', 'pause']) })
  expect([...shown]).toEqual([0, 1, 0, 1, 0, 1])
  expect([
    nextShown(story, shown, 1, 1),
    nextShown(story, shown, 5, -1),
    nextShown(story, shown, 5, 1),
  ]).toEqual([3, 3, 0])
  expect([nextFault(story, 0, 1), nextFault(story, 3, 1), nextFault(story, 4, 1)]).toEqual([3, 4, 0])
  expect(violationEvents(story)).toEqual([2, 4])
  expect([nextViolation(story, 0, 1), nextViolation(story, 4, 1), nextViolation(story, 2, -1)]).toEqual([
    2, 2, 4,
  ])
})

test('filters: nodes, kinds, text in data, names and kinds, and one event by its number', () => {
  const flags = (text: string): string => [...shownEvents(story, { ...everything, text })].join('')
  expect(flags('world')).toBe('001000')
  expect(flags('PAUSE')).toBe('000110')
  expect(flags('#5')).toBe('000001')
  expect(flags('#77')).toBe('000000')
  expect([...shownEvents(story, { ...everything, hiddenNodes: new Set(['a', '']) })].join('')).toBe('000001')
})

test('times say as much as they differ by', () => {
  expect(instantText(1_234_567_890)).toBe('1.234567890s')
  expect(instantText(1_500_000_000, 500_000_000)).toBe('1.5s')
  expect(instantText(3_000_000_000, 1_000_000_000)).toBe('3s')
  expect(instantText(1_000_001_000, 1000)).toBe('1.000001s')
  expect([12, 3400, 5.6e6, 7.89e9, 1.2e11].map(durationText)).toEqual([
    '12ns',
    '3.40µs',
    '5.60ms',
    '7.89s',
    '120s',
  ])
})

test('an event on one line; kinds that nobody knows show their fields', () => {
  expect(eventText(story, 2)).toBe('to b  hello  text World')
  expect(eventText(story, 3)).toBe('#0 pause  node a')
  expect(eventText(runFrom([{ kind: 'novel', node: 'a', deep: { x: [1] } }]), 1)).toBe('deep {x: [1]}')
  expect(eventText(runFrom([{ kind: 'operation', node: 'a', phase: 7 }]), 1)).toContain('7')
})

test('the second run is drawn where the first one has the same events, in the order of its log', () => {
  const into = new Float64Array(6)
  const partners = Uint32Array.from([0, 1, 0, 2, 0, 0])
  warp(Float64Array.from([0, 100, 300]), Float64Array.from([0, 10, 20, 30, 40, 50]), partners, into)
  expect([...into]).toEqual([0, 100, 200, 300, 310, 320])
})

test('an event whose partner is far away does not hold up those behind it', () => {
  const into = new Float64Array(6)
  const partners = Uint32Array.from([0, 1, 5, 2, 3, 4])
  warp(
    Float64Array.from([0, 100, 200, 300, 400, 9000]),
    Float64Array.from([0, 10, 20, 30, 40, 50]),
    partners,
    into,
  )
  expect([...into]).toEqual([0, 100, 150, 200, 300, 400])
})

test('aligning never turns events around, whatever is matched with what', () => {
  const ascending = fc
    .array(fc.nat(1000), { minLength: 2, maxLength: 30 })
    .map((numbers) => Float64Array.from([0, ...numbers.toSorted((a, b) => a - b)]))
  fc.assert(
    fc.property(ascending, ascending, fc.array(fc.nat(29), { maxLength: 31 }), (a, b, picks) => {
      const partners = Uint32Array.from(b, (_, place) => Math.min(picks[place] ?? 0, a.length - 1))
      const into = new Float64Array(b.length)
      warp(a, b, partners, into)
      for (let seq = 2; seq < into.length; seq++) expect(into[seq]).toBeGreaterThanOrEqual(into[seq - 1]!)
    }),
  )
})

test('a comparison knows partners both ways, what only one run has, and where nodes part', () => {
  const pause = { kind: 'pause', node: 'n' }
  const [a, b] = [runFrom([pause, pause, pause]), runFrom([pause, pause])]
  const writer = new VarintWriter()
  for (const partner of [1, 0, 2]) writer.push(partner)
  const parting = { node: 'n', a: 2, b: 0, isFirst: true }
  const info = { common: 1, method: 'identity', changes: [], partings: [parting] } as const
  const comparison = new Comparison(
    info,
    [a, b],
    new Map([
      ['partners', writer.bytes()],
      ['elsewhere', new Uint8Array(2)],
    ]),
  )
  expect(comparison.only.map((flags) => [...flags])).toEqual([
    [0, 0, 1, 0],
    [0, 0, 0],
  ])
  expect(comparison.partnerOf({ run: 1, seq: 2 })).toEqual({ run: 0, seq: 3 })
  expect(comparison.partnerOf({ run: 0, seq: 2 })).toBeNull()
  expect(comparison.partings).toEqual([{ run: 0, seq: 2 }])
  comparison.align(true)
  expect([...b.x]).toEqual([0, 1000, 3000])
  comparison.align(false)
  expect([...b.x]).toEqual([...b.at])
})

test('bytes of disks and connections are text, and longer in the detail than on a line', () => {
  const bytes = Buffer.from('5 2687 ' + 'x'.repeat(40)).toString('base64')
  const shown = '"5 2687 xxxxxxxxxxxxxxxxx"… (47 B)'
  const io = runFrom([
    { kind: 'disk-request', node: 'a', operation: 'write', path: '/log', offset: 7, bytes },
    { kind: 'disk-result', node: 'a', operation: 'read', path: '/log', size: 3, bytes: 'AAH/' },
    { kind: 'stream-read', node: 'a', stream: 4, bytes },
    { kind: 'datagram-send', node: 'a', target: 'b', port: 53, bytes },
    { kind: 'datagram-deliver', node: 'b', source: 'a', sourcePort: 9, bytes, isCorrupted: true },
    { kind: 'disk-request', node: 'a', operation: 'sync', path: '/log' },
    { kind: 'stream-write', node: 'a', stream: 4, bytes: '<img src=x>' },
    { kind: 'novel', node: 'a', bytes: 'AAAA', more: 1 },
  ])
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((seq) => eventText(io, seq))).toEqual([
    `write /log at 7  ${shown}`,
    'read /log  size 3  0001ff (3 B)',
    `stream 4  ${shown}`,
    `to b:53  ${shown}`,
    `from a:9  ${shown} corrupted`,
    'sync /log',
    'stream 4  "<img src=x>"',
    'bytes AAAA, more 1',
  ])
  const detail = (seq: number): string | null => decodedBytes(io.kindName(seq), io.own(seq))
  expect(detail(1)).toBe(`"5 2687 ${'x'.repeat(40)}" (47 B)`)
  expect([detail(6), detail(8)]).toEqual([null, null])
})

test('series: rates by stretch, latencies by percentile, nothing where nothing ended', () => {
  const calls = Array.from({ length: 16 }, (_, place) => ({
    from: place * 10,
    to: place * 10 + 5,
    isOk: place !== 3,
  }))
  const { at, rate, failed, p50, p99 } = seriesOf(calls, 2e9)
  expect(at).toHaveLength(10)
  expect([rate[0], failed[0], rate[1]]).toEqual([75, 5, 0])
  expect([p50[0], p99[0], p50[1]]).toEqual([5, 5, null])
  expect(seriesOf([], 0).at).toHaveLength(1)
})

test('series: points stand where calls ended, so that what befell them lies before', () => {
  const calls = [3.28e9, 3.63e9].map((to) => ({ from: to - 1e6, to, isOk: true }))
  const { at, p50 } = seriesOf(calls, 3.94e9)
  expect(at.filter((_, place) => p50[place] !== null)).toEqual([3.28e9, 3.63e9])
  expect(at).toEqual([...at].sort((a, b) => a - b))
  const part = seriesOf(calls, 3.94e9, 3e9)
  expect(part.at.filter((_, place) => part.p50[place] !== null)).toEqual([3.28e9, 3.63e9])
})

test('axes of what is counted begin at nothing, whatever is the least of it', () => {
  expect(rangeFromZero(80)).toEqual([0, 90])
  expect(rangeFromZero(0)).toEqual([0, 1])
  expect(rangeFromZero(null)).toEqual([0, 1])
})

test('series: few calls are told apart by time, many by how long they took', () => {
  const counts = [1, 80, 400, 2000, 100_000].map(
    (count) =>
      seriesOf(
        Array.from({ length: count }, () => ({ from: 0, to: 1, isOk: true })),
        1e9,
      ).at.length,
  )
  expect(counts).toEqual([10, 10, 30, 80, 120])
})
