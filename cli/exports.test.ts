// `faultline export`, `query` and `sweep --junit` as somebody uses them.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { Workplace } from './testing/workplace.ts'
import { formats } from '../reports/index.ts'
import { encodeTrace, type Event, TraceFile } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let place: Workplace
const read = (name: string): string => readFileSync(place.path(name), 'utf8')

beforeAll(async () => {
  place = new Workplace()
  await place.faultline('run', 'clock.ts', '--trace', 'run.ndjson')
  await place.faultline('run', 'clock.ts', '--set', 'end=violation', '--trace', 'bad.ndjson.gz')
  const lines = read('run.ndjson').split('\n')
  place.write('cut.ndjson', lines.slice(0, 6).join('\n').slice(0, -10))
  place.write('altered.ndjson', lines.with(4, lines[4]!.replace('"at":', '"at":1')).join('\n'))
  place.write('foreign.ndjson', '{"hello":"world"}\n')
})

afterAll(() => place.remove())

describe('export', () => {
  test.each(formats)('writes $name to a file, and says nothing', async ({ name }) => {
    const said = await place.faultline('export', 'bad.ndjson.gz', '--format', name, '--out', `out.${name}`)
    expect(said).toEqual({ code: 0, out: '', error: '' })
    expect(existsSync(place.path(`out.${name}`))).toBe(true)
  })

  test('writes to standard output what is text, and refuses what is not', async () => {
    const { code, out } = await place.faultline('export', 'run.ndjson', '--format', 'perfetto')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveProperty('traceEvents')
    const binary = await place.faultline('export', 'run.ndjson', '--format', 'parquet')
    expect(binary).toMatchObject({ code: 2, out: '' })
    expect(binary.error).toContain('wanted --out FILE')
  })

  test('cuts out a part', async () => {
    const part = ['--from', '#3', '--to', '100ms', '--node', 'clock-2']
    const { out } = await place.faultline('export', 'run.ndjson', '--format', 'perfetto', ...part)
    const events = (JSON.parse(out) as { traceEvents: { args?: { seq?: number; node?: string } }[] })
      .traceEvents
    const nodes = new Set(events.flatMap(({ args }) => (args?.seq === undefined ? [] : [args.node])))
    expect(nodes).toEqual(new Set(['', 'clock-2']))
  })

  test.each([
    ['--from', 'yesterday', 'wanted an instant such as 12.5s or 250ms, or an event such as #1516'],
    ['--to', '#0', 'wanted an instant'],
    ['--format', 'pdf', 'wanted one of perfetto'],
    ['--epoch', 'soon', 'wanted a date'],
  ])('refuses %s %s in one line', async (option, value, wanted) => {
    const said = await place.faultline('export', 'run.ndjson', '--format', 'shiviz', option, value)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error.trim().split('\n')).toHaveLength(1)
    expect(said.error).toContain(wanted)
  })

  test('refuses a part in which there is nothing, and leaves no file behind', async () => {
    for (const format of ['perfetto', 'history-edn', 'svg', 'parquet']) {
      const said = await place.faultline(
        'export',
        'run.ndjson',
        '--format',
        format,
        '--out',
        'none.out',
        '--from',
        '9000s',
      )
      expect(said).toMatchObject({ code: 2, error: expect.stringContaining('got a part without any event') })
    }
    expect(existsSync(place.path('none.out'))).toBe(false)
  })

  test('leaves a file that is there alone, unless it is told not to', async () => {
    place.write('mine.txt', 'mine')
    const words = ['export', 'run.ndjson', '--format', 'shiviz', '--out', 'mine.txt']
    const refused = await place.faultline(...words)
    expect(refused.code).toBe(2)
    expect(refused.error).toContain('got a file that is there already')
    expect(read('mine.txt')).toBe('mine')
    expect((await place.faultline(...words, '--force')).code).toBe(0)
    expect(read('mine.txt')).toContain('(?<host>')
    expect((await place.faultline('export', 'run.ndjson', '--format', 'svg', '--out', 'no/where')).code).toBe(
      2,
    )
  })

  test.each([
    ['cut.ndjson', 'cut.ndjson:6: got the end of the file in the middle of a line'],
    ['altered.ndjson', 'altered.ndjson:5: got digest'],
    ['foreign.ndjson', 'foreign.ndjson:1: got'],
    ['missing.ndjson', 'missing.ndjson: got ENOENT'],
  ])('refuses %s, and leaves no file behind', async (name, message) => {
    const said = await place.faultline('export', name, '--format', 'perfetto', '--out', 'damaged.json')
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error).toContain(`faultline: ${message}`)
    expect(said.error.includes('with --partial,')).toBe(['cut.ndjson', 'altered.ndjson'].includes(name))
    expect(readdirSync(place.folder).filter((file) => file.startsWith('damaged'))).toEqual([])
  })

  test('exports what stands before the damage where that is asked for, and says so', async () => {
    const said = await place.faultline('export', 'cut.ndjson', '--format', 'perfetto', '--partial')
    expect(said.code).toBe(0)
    expect(said.error).toContain('only what stands before the damage was exported: cut.ndjson:6:')
    const trace = JSON.parse(said.out) as { outcome: string; traceEvents: { ph: string }[] }
    expect(trace.outcome).toContain('cut.ndjson:6:')
    expect(trace.traceEvents.filter(({ ph }) => ph === 'X')).toHaveLength(4)
  })

  test('writes JUnit with the line that replays the trace', async () => {
    const { out } = await place.faultline('export', 'bad.ndjson.gz', '--format', 'junit')
    expect(out).toContain('npx faultline replay bad.ndjson.gz')
    expect(out).toContain('<failure type="never late"')
  })
})

describe('query', () => {
  test('answers over several traces', async () => {
    const sql = 'select trace, outcome from traces order by trace'
    const { code, out } = await place.faultline(
      'query',
      'run.ndjson',
      'bad.ndjson.gz',
      sql,
      '--format',
      'csv',
    )
    expect({ code, out }).toEqual({
      code: 0,
      out: 'trace,outcome\nbad.ndjson.gz,violated\nrun.ndjson,passed\n',
    })
  })

  test('says below an empty table what the view rests on', async () => {
    const { out } = await place.faultline('query', 'run.ndjson', 'select * from leaderless')
    expect(out).toMatch(/\(no rows\)\nleaderless rests on probes raft\.role: .*\n$/)
    const csv = await place.faultline('query', 'run.ndjson', 'select * from leaderless', '--format', 'csv')
    expect(csv.out).toBe('begun,ended,duration\n')
  })

  test('tells what is wrong with SQL in one line', async () => {
    const said = await place.faultline('query', 'run.ndjson', 'select nope from events')
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error).toMatch(/^faultline: query: Binder Error: .*\n$/)
  })

  test('says how to get the engine where it is not installed', async () => {
    const hook = `export const resolve = (name, context, next) => {
      if (name === '@duckdb/node-api') throw Object.assign(new Error('not there'), { code: 'ERR_MODULE_NOT_FOUND' })
      return next(name, context)
    }`
    place.write('hook.mjs', hook)
    place.write(
      'without.mjs',
      "import { register } from 'node:module'\nregister('./hook.mjs', import.meta.url)\n",
    )
    // Newer versions of Node warn of `register`, which is this test's affair alone.
    const command = `'${process.execPath}' --no-deprecation --import ./without.mjs node_modules/.bin/faultline`
    const said = await place.shell(`${command} query run.ndjson 'select 1'`)
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error).toBe(
      'faultline: query: needs the package @duckdb/node-api, which is not installed: npm install @duckdb/node-api\n',
    )
  })

  test('wants a trace and a query', async () => {
    expect((await place.faultline('query', 'select 1')).error).toContain('wanted traces and then a SELECT')
    expect((await place.faultline('query')).code).toBe(2)
    const twice = await place.faultline('query', 'run.ndjson', 'run.ndjson', 'select trace from events')
    expect(twice).toMatchObject({ code: 2, error: expect.stringContaining('got run.ndjson twice') })
  })

  test('takes a trace whose texts have half of a surrogate pair, which its engine does not', async () => {
    const { header } = await TraceFile.open(place.path('run.ndjson'))
    const texts = ['a\ud800b', '\\ud800', '\\\ud83d', '\u{1f600}']
    const events = texts.map((text, index) => {
      const event: unknown = {
        seq: index + 1,
        at: 0,
        node: 'n',
        kind: 'log',
        cause: 0,
        level: 'info',
        text,
        fields: {},
      }
      return event as Event
    })
    writeFileSync(
      place.path('halves.ndjson'),
      encodeTrace(header, events, { outcome: 'passed', violations: [] }),
    )
    const sql = 'select text from events order by seq'
    const { out, error } = await place.faultline('query', 'halves.ndjson', sql, '--json')
    expect(error).toBe('')
    const told = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly text: string }).text)
    expect(told).toEqual(['a\ufffdb', '\\ud800', '\\\ufffd', '\u{1f600}'])
  })

  test('answers with structs and lists as JSON has them', async () => {
    const sql = "select {'a': 1, 'b': ['x', null]} as s, [1, 2] as l"
    const { out } = await place.faultline('query', 'run.ndjson', sql, '--json')
    expect(JSON.parse(out)).toEqual({ s: { a: 1, b: ['x', null] }, l: [1, 2] })
  })

  test('answers with a JSON object a row', async () => {
    const rows = ['query', 'run.ndjson', 'select count(*) as n from nodes']
    const [short, long] = [
      await place.faultline(...rows, '--json'),
      await place.faultline(...rows, '--format', 'json'),
    ]
    expect(short.out).toBe(long.out)
    expect(JSON.parse(short.out)).toEqual({ n: expect.any(Number) })
  })

  test.each(['cut.ndjson', 'altered.ndjson', 'foreign.ndjson'])('refuses %s', async (name) => {
    const said = await place.faultline('query', 'run.ndjson', name, 'select 1')
    expect(said).toMatchObject({ code: 2, out: '' })
    expect(said.error).toMatch(new RegExp(`^faultline: ${name}:\\d+: got .*\n(  with --partial, .*\n)?$`))
  })

  test('asks what stands before the damage where that is asked for, and says so', async () => {
    const words = [
      'query',
      'altered.ndjson',
      'select count(*) as n from events',
      '--format',
      'json',
      '--partial',
    ]
    const said = await place.faultline(...words)
    expect(said).toMatchObject({ code: 0, out: '{"n":3}\n' })
    expect(said.error).toContain('only the first 3 events were asked: altered.ndjson:5:')
    writeFileSync(place.path('cut.ndjson.gz'), readFileSync(place.path('bad.ndjson.gz')).subarray(0, -20))
    const cut = await place.faultline('query', 'cut.ndjson.gz', ...words.slice(2))
    expect(cut.code).toBe(0)
    expect(cut.error).toContain('events were asked: cut.ndjson.gz:17: got unexpected end of file')
  })

  test('writes Parquet to a file only, and never over another', async () => {
    const words = ['query', 'run.ndjson', 'select * from nodes', '--format', 'parquet']
    expect((await place.faultline(...words)).code).toBe(2)
    expect((await place.faultline(...words, '--out', 'nodes.parquet')).code).toBe(0)
    expect(read('nodes.parquet').slice(0, 4)).toBe('PAR1')
    expect((await place.faultline(...words, '--out', 'nodes.parquet')).code).toBe(2)
    expect((await place.faultline(...words, '--out', 'run.ndjson')).code).toBe(2)
  })
})

describe('sweep --junit', () => {
  test('writes a test for each seed, and one for what is known to fail', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '1..3', '--set', 'end=violation', '--junit', 'sweep.xml']
    expect((await place.faultline(...words)).code).toBe(1)
    const first = read('sweep.xml')
    expect(first.match(/<testcase name="seed \d" classname="clock.ts">/g)).toHaveLength(3)
    expect(first).toContain('tests="3" failures="3" errors="0"')
    expect(first).toContain('npx faultline run clock.ts --seed 2 --set end=violation')
    const refused = await place.faultline(...words)
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(read('sweep.xml')).toBe(first)
    expect((await place.faultline(...words, '--force')).code).toBe(1)
    expect(read('sweep.xml')).toMatch(/<testcase name="known failure .faultline.clock.never-late-\w+"/)
    rmSync(place.path('.faultline'), { recursive: true, force: true })
  })

  test('takes what could not be judged for an error', async () => {
    const words = ['sweep', 'clock.ts', '--seeds', '1', '--set', 'end=undecided', '--junit', 'open.xml']
    expect((await place.faultline(...words)).code).toBe(3)
    expect(read('open.xml')).toContain('failures="0" errors="1"')
  })
})
