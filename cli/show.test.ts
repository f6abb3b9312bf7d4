// What is looked at in traces: show, stats, find.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  place = new Workplace()
  await place.faultline('run', 'clock.ts', '--trace', 'run.ndjson')
})

afterAll(() => place.remove())

describe('show', () => {
  test('prints a line an event, as many as are asked for, and says how to go on', async () => {
    const { code, out } = await place.faultline('show', 'run.ndjson', '--max', '3')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^ +#1 +0\.000000000s +\(world\) +phase +faults$/)
    expect(lines[3]).toBe("… more than --max 3: go on with --from '#4'")
    const next = await place.faultline('show', 'run.ndjson', '--from', '#4', '--to', '#4')
    expect(next.out).toMatch(/^ +#4 /)
  })

  test('marks the event that it looks around, and the one whose causes it shows', async () => {
    const around = await place.faultline('show', 'run.ndjson', '--around', '#5', '--context', '1')
    expect(around.out.split('\n').map((line) => line.slice(0, 4))).toEqual(['  #4', '> #5', '  #6', ''])
    const [event, ...more] = jsonLines(
      await place.faultline('show', 'run.ndjson', '--causes-of', '2', '--json'),
    )
    expect(event).toMatchObject({ seq: 1 })
    expect(more.at(-1)).toMatchObject({ seq: 2 })
  })

  test('draws a diagram with a column for each node', async () => {
    const { out } = await place.faultline('show', 'run.ndjson', '--diagram', '--kind', 'probe')
    expect(out).toMatch(/^ +clock-1 +clock-2\n/)
    expect(out).toContain('* probe tick')
  })

  test.each([
    [['--causes-of', '999999'], '--causes-of: got 999999, wanted an event of the trace'],
    [['--around', 'x'], '--around: got "x", wanted the number of an event'],
    [
      ['--from', 'soon'],
      '--from: got "soon", wanted an instant such as 12.5s or 250ms, or an event such as #1516',
    ],
  ])('refuses %s in one line', async (flags, said) => {
    const { code, error } = await place.faultline('show', 'run.ndjson', ...flags)
    expect([code, error.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(error).toContain(said)
  })

  test('refuses a damaged trace with its line', async () => {
    place.write('cut.ndjson', `${(await place.shell('head -3 run.ndjson')).out}{"seq":`)
    for (const command of [['show'], ['stats'], ['find', 'x']]) {
      const [name = '', ...words] = command
      const { code, error } = await place.faultline(name, 'cut.ndjson', ...words)
      expect(code).toBe(2)
      expect(error).toMatch(/^faultline: cut\.ndjson:4: /)
    }
  })
})

describe('stats', () => {
  test('counts events and phases, and by a run of its own how fast they pass', async () => {
    const { code, out } = await place.faultline('stats', 'run.ndjson', '--timed')
    expect(code).toBe(0)
    expect(out).toMatch(/time .* virtual in \d+ ms, /)
    expect(out).toContain('events by kind')
    expect(out).toMatch(/phase faults: /)
    const [stats] = jsonLines(await place.faultline('stats', 'run.ndjson', '--json'))
    expect(stats).toMatchObject({ wallMs: null })
  })
})

describe('find', () => {
  test('prints what answers a question, and can fail for it', async () => {
    const found = await place.faultline('find', 'run.ndjson', 'probe tick not preceded by probe tick')
    expect(found.code).toBe(0)
    expect(found.out).toMatch(/probe +tick[^]*\n1 found\n$/)
    const none = await place.faultline('find', 'run.ndjson', 'probe tick', '--none', '--max', '1')
    expect(none.code).toBe(1)
    expect(none.out).toMatch(/\n\d+ found, \d+ of them not shown \(--max 1\)\n$/)
    const nothing = await place.faultline('find', 'run.ndjson', 'crash', '--none')
    expect([nothing.code, nothing.out]).toEqual([
      3,
      'no event of this trace is "crash", which the query is about: nothing was judged\n0 found\n',
    ])
    const never = await place.faultline('find', 'run.ndjson', 'probe tick followed by crash', '--none')
    expect([never.code, never.out]).toEqual([
      0,
      'no event of this trace is "crash": a word of it may be misspelt\n0 found\n',
    ])
  })

  test('of what no trace has is refused: nodes, kinds, events', async () => {
    for (const [words, said] of [
      [
        ['show', 'run.ndjson', '--node', 'nosuch'],
        '--node: got "nosuch", wanted one that this trace has: clock',
      ],
      [['show', 'run.ndjson', '--kind', 'bogus'], '--kind: got "bogus"'],
      [
        ['show', 'run.ndjson', '--around', '99999999'],
        '--around: got "99999999", wanted an event of this trace',
      ],
      [['show', 'run.ndjson', '--from', '5s', '--to', '2s'], 'a part that ends before it begins'],
      [['export', 'run.ndjson', '--format', 'svg', '--node', 'nosuch'], '--node: got "nosuch"'],
    ] as const) {
      const { code, error } = await place.faultline(...words)
      expect([code, error]).toEqual([2, expect.stringContaining(said)])
    }
  })

  test('refuses what is no question in one line', async () => {
    const { code, error } = await place.faultline('find', 'run.ndjson', 'tick preceded tock')
    expect([code, error]).toEqual([
      2,
      'faultline: query "tick preceded tock", at 15: got "tock", wanted by\n',
    ])
  })
})
