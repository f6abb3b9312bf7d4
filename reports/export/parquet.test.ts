// Read back by hyparquet and by DuckDB.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { type Event, type TraceError, TraceFile, TraceWriter } from '../../sim/index.ts'
import type { ExportOptions, ExportSource } from './export-trace.ts'
import { formats } from './formats.ts'
import { eventsOf, eventsOfStore, header, hostileTexts, sourceOf } from './testing/traces.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-parquet-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

async function fileOf(source: ExportSource, options: ExportOptions = {}): Promise<ArrayBuffer> {
  const format = formats.find(({ name }) => name === 'parquet')!
  const pieces: Uint8Array[] = []
  const context = { name: 'run', header }
  for await (const piece of format.write(source, context, options)) pieces.push(Buffer.from(piece))
  return Uint8Array.from(Buffer.concat(pieces)).buffer
}

const rowsOf = async (source: ExportSource, options: ExportOptions): Promise<readonly object[]> =>
  parquetReadObjects({ file: await fileOf(source, options) })

const rowOf = ({ seq, at, node, kind, cause, ...own }: Event): object => ({
  seq: BigInt(seq),
  at: BigInt(at),
  node,
  kind,
  cause: BigInt(cause),
  data: JSON.stringify(own),
})

test('a run is read back by hyparquet as it was, over several row groups', async () => {
  const run = await eventsOfStore()
  const events = Array.from({ length: 8 }, () => run).flat()
  const file = await fileOf(sourceOf(events))
  expect(parquetMetadata(file).row_groups.length).toBeGreaterThan(1)
  expect(parquetMetadata(file).key_value_metadata).toEqual([
    { key: 'faultline', value: JSON.stringify(header) },
  ])
  const rows = await parquetReadObjects({ file })
  expect(rows).toHaveLength(events.length)
  expect(rows.slice(0, 500)).toEqual(events.slice(0, 500).map(rowOf))
  expect(rows.slice(-500)).toEqual(events.slice(-500).map(rowOf))
})

test('a run is read by DuckDB', async () => {
  const events = await eventsOfStore()
  const path = join(folder, 'run.parquet')
  writeFileSync(path, Buffer.from(await fileOf(sourceOf(events))))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(
    `select count(*), sum(seq)::bigint, count(*) filter (where data->>'$.message.kind' is not null) from '${path}'`,
  )
  const sends = events.filter(({ kind }) => kind === 'send' || kind === 'deliver').length
  expect(reader.getRows()).toEqual([
    [BigInt(events.length), BigInt((events.length * (events.length + 1)) / 2), BigInt(sends)],
  ])
  connection.closeSync()
})

test('rows are the same from the lines of a file as from its events, of any kind and with any text', async () => {
  const store = await eventsOfStore()
  const odd = [...hostileTexts, '\u00e9', ',"digest":"01234567"}'].flatMap((text, place) => [
    {
      seq: 0,
      at: 0,
      node: text,
      kind: 'probe',
      cause: 0,
      name: text,
      value: { [text]: [text, place, null] },
    },
    { seq: 0, at: 0, node: 'a', kind: text, cause: 0, [`field ${text}`]: text, 7: 1e21 },
  ])
  const all = [...store.slice(0, 3000), ...odd].map((event, place) => {
    return { ...event, seq: place + 1, at: place * 2 ** 33, cause: place } as Partial<Event> as Event
  })
  const end = { outcome: 'passed', violations: [] }
  for (const name of ['odd.ndjson', 'odd.ndjson.gz']) {
    const writer = new TraceWriter(join(folder, name), header)
    for (const event of all) writer.write(event)
    writer.finish(end)
    const file = await TraceFile.open(join(folder, name))
    const part = { from: { seq: 5 }, to: { at: 3020 * 2 ** 33 }, nodes: new Set(['a', 'store-1', '-->']) }
    for (const options of [{}, part]) {
      const byLines = await rowsOf(file, options)
      expect(byLines).toEqual(await rowsOf({ ...sourceOf(all) }, options))
      expect(byLines.length).toBeGreaterThan(400)
    }
  }
})

test('an altered file is refused by its line, and in part exported up to there', async () => {
  const path = join(folder, 'altered.ndjson')
  const writer = new TraceWriter(path, header)
  for (const event of (await eventsOfStore()).slice(0, 20)) writer.write(event)
  writer.finish({ outcome: 'passed', violations: [] })
  const trace = readFileSync(path, 'utf8')
  writeFileSync(path, trace.replace('"seq":12,"at":', '"seq":12,"at":1'))
  const file = await TraceFile.open(path, { isPartEnough: true })
  await expect(rowsOf(file, {})).rejects.toThrow(/altered\.ndjson:13: /)
  const onDamage = vi.fn<(error: TraceError) => void>()
  expect(await rowsOf(file, { onDamage })).toHaveLength(11)
  expect(onDamage).toHaveBeenCalledTimes(1)
})

test('no events are an empty table, and hostile names stay as they are', async () => {
  expect(await parquetReadObjects({ file: await fileOf(sourceOf([])) })).toEqual([])
  // Half a surrogate pair is no UTF-8: as a name it cannot stay.
  const texts = hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text))
  const events = eventsOf([{ kind: 'pause' }, ...texts.map((text) => ({ kind: text, node: text, text }))])
  expect(await parquetReadObjects({ file: await fileOf(sourceOf(events)) })).toEqual(events.map(rowOf))
})
