// Questions over small traces whose answers are known, and questions that nobody should get an answer to.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type Data, type Event, TraceFile, TraceWriter } from '../../sim/index.ts'
import { eventsOf, eventsOfStore, header, hostileTexts } from '../export/testing/traces.ts'
import { type AnswerFormat, query, type QueriedTrace, QueryError, tables } from './index.ts'

type Fields = { readonly kind: string; readonly [field: string]: Data }

let folder: string
let small: QueriedTrace
let store: QueriedTrace
let storeEvents: readonly Event[]

async function written(name: string, events: readonly Event[]): Promise<QueriedTrace> {
  const path = join(folder, name)
  const writer = new TraceWriter(path, header)
  for (const event of events) writer.write(event)
  writer.finish({ outcome: 'passed', violations: [] })
  const file = await TraceFile.open(path)
  expect(await file.isIntact()).toBe(true)
  return { name, path, header: file.header, footer: file.footer, isCompressed: file.isCompressed }
}

async function answer(
  traces: readonly QueriedTrace[],
  sql: string,
  format: AnswerFormat = 'json',
): Promise<string> {
  let text = ''
  for await (const piece of query(traces, sql, format)) text += String(piece)
  return text
}

async function rows(sql: string, ...traces: readonly QueriedTrace[]): Promise<readonly unknown[]> {
  const text = await answer(traces.length === 0 ? [small] : traces, sql)
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
}

const message = { kind: 'ping' }
const role = (node: string, at: number, role: string): Fields => {
  return { kind: 'probe', node, at, name: 'raft.role', value: { term: 1, role } }
}

const smallRun: readonly Fields[] = [
  { kind: 'start', node: 'a', at: 0, incarnation: 1, version: '1' },
  { kind: 'send', node: 'a', at: 10, target: 'b', size: 5, message },
  { kind: 'duplicate', node: 'a', at: 10, cause: 2, target: 'b' },
  { kind: 'deliver', node: 'b', at: 30, cause: 2, source: 'a', message },
  { kind: 'deliver', node: 'b', at: 40, cause: 3, source: 'a', message },
  { kind: 'send', node: 'a', at: 50, target: 'b', size: 5, message },
  { kind: 'drop', node: 'a', at: 60, cause: 6, target: 'b', why: 'partition' },
  { kind: 'send', node: 'b', at: 70, target: 'a', size: 5, message },
  {
    kind: 'operation',
    node: 'a',
    at: 80,
    phase: 'invoke',
    id: 1,
    process: 'p',
    f: 'put',
    key: 'k',
    value: 7,
  },
  { kind: 'operation', node: 'a', at: 95, phase: 'ok', id: 1, process: 'p', f: 'put', key: 'k', value: null },
  {
    kind: 'operation',
    node: 'a',
    at: 96,
    phase: 'invoke',
    id: 2,
    process: 'p',
    f: 'get',
    key: 'k',
    value: null,
  },
  { kind: 'fault-begin', node: '', at: 100, index: 0, fault: { kind: 'crash', node: 'a', at: 100, for: 20 } },
  role('b', 105, 'leader'),
  { kind: 'fault-end', node: '', at: 120, cause: 12, index: 0, faultKind: 'crash' },
  role('a', 130, 'leader'),
  role('b', 140, 'follower'),
  { kind: 'crash', node: 'a', at: 150, connections: 'reset' },
  { kind: 'timer-fire', node: 'b', at: 200, timer: 1 },
]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-query-test-'))
  small = await written('small.ndjson', eventsOf(smallRun))
  storeEvents = await eventsOfStore()
  store = await written('store.ndjson.gz', storeEvents)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('the tables', () => {
  test('events have the fields of their kind', async () => {
    expect(
      await rows("select seq, instant, node, kind, cause, target, why from events where kind = 'drop'"),
    ).toEqual([{ seq: 7, instant: 60, node: 'a', kind: 'drop', cause: 6, target: 'b', why: 'partition' }])
  })

  test('messages know what became of them', async () => {
    const columns = 'seq, sent, source, target, type, fate, why, deliveries, delivered, latency'
    expect(await rows(`select ${columns} from messages`)).toEqual([
      {
        seq: 2,
        sent: 10,
        source: 'a',
        target: 'b',
        type: 'ping',
        fate: 'delivered',
        why: null,
        deliveries: 2,
        delivered: 30,
        latency: 20,
      },
      {
        seq: 6,
        sent: 50,
        source: 'a',
        target: 'b',
        type: 'ping',
        fate: 'lost',
        why: 'partition',
        deliveries: 0,
        delivered: null,
        latency: null,
      },
      {
        seq: 8,
        sent: 70,
        source: 'b',
        target: 'a',
        type: 'ping',
        fate: 'in flight',
        why: null,
        deliveries: 0,
        delivered: null,
        latency: null,
      },
    ])
  })

  test('operations have their end beside their beginning', async () => {
    expect(
      await rows('select id, f, key, input, output, outcome, duration, end_seq from operations'),
    ).toEqual([
      { id: 1, f: 'put', key: 'k', input: 7, output: null, outcome: 'ok', duration: 15, end_seq: 10 },
      {
        id: 2,
        f: 'get',
        key: 'k',
        input: null,
        output: null,
        outcome: 'open',
        duration: null,
        end_seq: null,
      },
    ])
  })

  test('faults last, nodes count, probes say, traces tell their scenario', async () => {
    expect(await rows('select number, kind, node, begun, ended, duration from faults')).toEqual([
      { number: 0, kind: 'crash', node: 'a', begun: 100, ended: 120, duration: 20 },
    ])
    expect(await rows('select node, events, crashes, sent, delivered, invoked from nodes')).toEqual([
      { node: 'a', events: 10, crashes: 1, sent: 2, delivered: 0, invoked: 2 },
      { node: 'b', events: 6, crashes: 0, sent: 1, delivered: 2, invoked: 0 },
    ])
    expect(await rows("select node, value->>'$.role' as role from probes where instant < 110")).toEqual([
      { node: 'b', role: 'leader' },
    ])
    expect(await rows('select trace, scenario, seed, events, outcome from traces')).toEqual([
      { trace: 'small.ndjson', scenario: 'test', seed: 1, events: 18, outcome: 'passed' },
    ])
  })

  test('views answer what is asked often', async () => {
    expect(await rows('select * from leaderless')).toEqual([
      { begun: 0, ended: 105, duration: 105 },
      { begun: 150, ended: 200, duration: 50 },
    ])
    expect(await rows('select * from messages_lost_per_link')).toEqual([
      { source: 'a', target: 'b', sent: 2, lost: 1, ratio: 0.5, whys: ['partition'] },
    ])
    expect(await rows('select id, duration from slow_operations')).toEqual([{ id: 1, duration: 15 }])
  })

  test('of a run of the store agree with its events', async () => {
    const count = (kind: string): number => storeEvents.filter((event) => event.kind === kind).length
    expect(await rows('select count(*) as n from events', store)).toEqual([{ n: storeEvents.length }])
    expect(await rows('select count(*) as n, sum(deliveries)::bigint as d from messages', store)).toEqual([
      { n: count('send'), d: count('deliver') },
    ])
    const copyOf = new Map(
      storeEvents.map(({ kind, seq, cause }) => [seq, kind === 'duplicate' ? cause : seq]),
    )
    const sentOf = (wanted: string): ReadonlySet<number | undefined> =>
      new Set(storeEvents.filter(({ kind }) => kind === wanted).map(({ cause }) => copyOf.get(cause)))
    const arrived = sentOf('deliver')
    const lost = [...sentOf('drop')].filter((seq) => !arrived.has(seq))
    expect(lost.length).toBeGreaterThan(100)
    expect(await rows('select sum(lost)::bigint as n from messages_lost_per_link', store)).toEqual([
      { n: lost.length },
    ])
    expect(await rows('select count(*) as n from faults', store)).toEqual([{ n: count('fault-begin') }])
  })

  test.each(tables)('$name has the columns that the help tells of', async ({ name, columns }) => {
    if (columns.startsWith('as ')) columns = tables.find((table) => columns === `as ${table.name}`)!.columns
    const wanted = columns.split(', ').filter((column) => column !== '…')
    const [head = ''] = (await answer([small], `select * from ${name} limit 0`, 'csv')).split('\n')
    const got = head.split(',')
    expect(columns.endsWith('…') ? wanted.filter((column) => !got.includes(column)) : got).toEqual(
      columns.endsWith('…') ? [] : wanted,
    )
  })

  test('of several traces, compressed or not, have the trace of each row first', async () => {
    const sql = "select * from events where kind = 'crash' order by trace, seq limit 2"
    const found = (await rows(sql, small, store)) as readonly { readonly trace: string }[]
    expect(Object.keys(found[0]!)[0]).toBe('trace')
    expect(found.map(({ trace }) => trace)).toEqual(['small.ndjson', 'store.ndjson.gz'])
    expect(
      await rows('select trace, begun from leaderless order by all limit 2', small, store),
    ).toContainEqual({
      trace: 'small.ndjson',
      begun: 0,
    })
  })
})

describe('an answer', () => {
  test('is a table for people, without columns that are empty', async () => {
    expect(await answer([small], 'select id, f, error, duration from operations', 'table'))
      .toBe(`id  f    duration
──  ───  ────────
 1  put        15
 2  get
(one column is empty and not shown)
`)
    expect(await answer([small], 'select id from operations where id > 5', 'table')).toBe(
      'id\n──\n(no rows)\n',
    )
    const long = await answer([store], 'select seq from events', 'table')
    expect(long).toContain('(the first 1000 rows; csv, json and parquet have all of them)')
    expect(long.split('\n').length).toBeLessThan(1010)
  })

  test('is CSV', async () => {
    expect(
      await answer([small], `select 'a,"b"' as "x,y", null as z, 1.5 as d, [1, 2] as l, true as t`, 'csv'),
    ).toBe('"x,y",z,d,l,t\n"a,""b""",,1.5,"[1,2]",true\n')
  })

  test('is JSON, in which whole numbers are numbers as long as they are exact', async () => {
    const sql = `select 9007199254740993 as big, 2::hugeint as small, 0.5 as half, 'nan'::double as odd, instant from events limit 1`
    expect(await rows(sql)).toEqual([
      { big: '9007199254740993', small: 2, half: 0.5, odd: 'NaN', instant: 0 },
    ])
  })

  test('is Parquet', async () => {
    const pieces: Uint8Array[] = []
    const sql = `select seq, kind, message, seq / 2 as half, seq > 1 as later from events order by seq limit 2`
    for await (const piece of query([small], sql, 'parquet')) pieces.push(Buffer.from(piece))
    const file = Uint8Array.from(Buffer.concat(pieces)).buffer
    expect(await parquetReadObjects({ file })).toEqual([
      { seq: 1n, kind: 'start', message: null, half: 0.5, later: false },
      { seq: 2n, kind: 'send', message: '{"kind":"ping"}', half: 1, later: true },
    ])
  })

  test('of text that is no Unicode is refused as a query, and parameters that are none are asked with a replacement', async () => {
    const half = '\ud800'
    const trace = await written(
      'half.ndjson',
      eventsOf([{ kind: 'log', node: 'a', level: 'info', text: 'x', fields: {} }]),
    )
    const own = { ...trace.header, parameters: { [half]: `\\ud800${half}` } }
    expect(await rows('select parameters from traces', { ...trace, header: own })).toEqual([
      { parameters: { '\ufffd': '\\ud800\ufffd' } },
    ])
    const lines = await written(
      'halves.ndjson',
      eventsOf([{ kind: 'log', node: half, level: 'info', text: half, fields: { [half]: half } }]),
    )
    await expect(rows('select * from events', lines)).rejects.toThrow(QueryError)
  })

  test('of hostile payloads moves no cursor and stays one line a row', async () => {
    const texts = hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text))
    const trace = await written(
      'hostile.ndjson',
      eventsOf(
        [...texts, '\u001b[2J\u202e'].map((text) => ({
          kind: 'log',
          node: text,
          level: 'info',
          text,
          fields: {},
        })),
      ),
    )
    const table = await answer([trace], 'select node, text from events', 'table')
    expect(table.split('\n')).toHaveLength(texts.length + 4)
    expect(table.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u)
    expect(await rows('select text from events', trace)).toEqual(
      [...texts, '\u001b[2J\u202e'].map((text) => ({ text })),
    )
  })
})

describe('a query', () => {
  const refused = async (sql: string): Promise<string> => {
    const error: unknown = await answer([small], sql).then(
      () => null,
      (error: unknown) => error,
    )
    expect(error, sql).toBeInstanceOf(QueryError)
    const { message } = error as QueryError
    expect(message).not.toContain('\n')
    return message
  }

  test('that is wrong is told so in one line', async () => {
    expect(await refused('selec 1')).toContain('syntax error')
    expect(await refused('select nothing from events')).toContain('Candidate bindings')
    expect(await refused('select * from nowhere')).toContain('does not exist')
    expect(await refused("select 'x'::bigint")).toContain('Could not convert')
    expect(await refused('')).toBe('query: got nothing, wanted one SELECT')
    expect(await refused('select 1; select 2')).toBe('query: got 2 statements, wanted one SELECT')
  })

  test.each([
    "copy (select 1) to 'OUT'",
    "copy (select 1) to 'TRACE'",
    "attach 'OUT' as other",
    'create table mine as select 1',
    "insert into traced.traces (trace) values ('x')",
    'drop view events',
    'delete from traced.traces',
    'set enable_external_access = true',
    'set lock_configuration = false',
    'install httpfs',
    'load httpfs',
    "export database 'OUT'",
    'call pragma_version()',
    'checkpoint',
    'prepare x as select 1',
  ])('that is no SELECT is refused: %s', async (sql) => {
    const before = readFileSync(small.path)
    await refused(sql.replace('OUT', join(folder, 'out')).replace('TRACE', small.path))
    expect(readFileSync(small.path)).toEqual(before)
    expect(() => readFileSync(join(folder, 'out'))).toThrow('ENOENT')
  })

  test.each([
    "select * from read_text('SECRET')",
    "select * from read_csv('SECRET')",
    "select * from read_ndjson('SECRET')",
    "select * from 'SECRET'",
    "select * from glob('FOLDER/*')",
    "select * from read_text('FOLDER/../FOLDER/*.txt')",
    "select * from read_text('LINK')",
    "select * from read_text('http://127.0.0.1:9/x')",
    "select * from sniff_csv('SECRET')",
    "select * from query('select * from read_text(''SECRET'')')",
  ])('reads no file but the traces: %s', async (sql) => {
    writeFileSync(join(folder, 'secret.txt'), 'secret\n')
    const link = join(folder, 'link.txt')
    rmSync(link, { force: true })
    symlinkSync(join(folder, 'secret.txt'), link)
    const filled = sql
      .replaceAll('SECRET', join(folder, 'secret.txt'))
      .replaceAll('FOLDER', folder)
      .replaceAll('LINK', link)
    expect(await refused(filled)).toMatch(/disabled|not allowed|does not exist|Permission/)
  })

  test('reads a trace whose name is a pattern, and not what the pattern matches', async () => {
    await written('q1.ndjson', eventsOf(smallRun))
    const odd = await written("it's q[1]*?.ndjson", eventsOf(smallRun.slice(0, 3)))
    expect(await rows('select count(*) as n from events', odd)).toEqual([{ n: 3 }])
  })
})
