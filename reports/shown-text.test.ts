// Text of traces on a terminal: nothing in it moves a cursor, forges a line or turns the direction of writing.
import { describe, expect, test } from 'vitest'

import { eventLines } from './event-lines.ts'
import { coloured } from './palette.ts'
import { shownLines, shownText } from './shown-text.ts'
import { spaceTimeLines } from './space-time.ts'
import { statsReport } from './stats-report.ts'
import { TraceStatistics } from './trace-stats.ts'
import { eventsFrom } from './testing/run-from.ts'

const trap = 'a\u001b[2J\u0007\u0000\n\u202eb\u2028'
// oxlint-disable-next-line no-control-regex -- what no terminal should get
const steering = /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2028\u2066-\u2069]/

const events = eventsFrom([
  { kind: 'start', node: trap, incarnation: 1, version: trap },
  { kind: 'send', node: trap, target: `${trap}2`, size: 1, message: { kind: trap } },
  { kind: 'deliver', node: `${trap}2`, cause: 2, source: trap, message: { kind: trap } },
  { kind: 'phase', node: '', phase: trap },
  { kind: trap, node: trap, [trap]: trap },
])

describe('names and payloads of a trace', () => {
  test('in lines of events', () => {
    const lines = eventLines(events)
    expect(lines.join('')).not.toMatch(steering)
    expect(lines.join('')).not.toContain('\n')
    expect(lines[0]).toContain('\\u001b[2J')
  })

  test('in a diagram', () => {
    const lines = spaceTimeLines(events, [...new Set(events.map(({ node }) => node))].slice(0, 2))
    expect(lines.join('')).not.toMatch(steering)
    expect(lines.join('')).not.toContain('\n')
  })

  test('in statistics', () => {
    const statistics = new TraceStatistics()
    for (const event of events) statistics.add(event)
    expect(statsReport(statistics.stats(), null)).not.toMatch(steering)
  })
})

test('lines that are printed keep their colours and line ends, and nothing else that steers a terminal', () => {
  const line = `${coloured.bad('bad')} ${coloured.bold('x')}\n\ty`
  expect(shownLines(line)).toBe(line)
  expect(shownLines(`a${trap}`)).toBe('aa\\u001b[2J\\u0007\\u0000\n\\u202eb\\u2028')
  expect(shownLines('\u001b]0;title\u0007')).toBe('\\u001b]0;title\\u0007')
  expect(shownText('\u001b[31m')).toBe('\\u001b[31m')
})
