// Read back by hyparquet and by DuckDB.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Event } from '../../sim/index.ts'
import { formats } from './formats.ts'
import { eventsOf, eventsOfStore, header, hostileTexts, sourceOf } from './testing/traces.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-parquet-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

async function fileOf(events: readonly Event[]): Promise<ArrayBuffer> {
  const format = formats.find(({ name }) => name === 'parquet')!
  const pieces: Uint8Array[] = []
  const context = { name: 'run', header }
  for await (const piece of format.write(sourceOf(events), context, {})) pieces.push(Buffer.from(piece))
  return Uint8Array.from(Buffer.concat(pieces)).buffer
}

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
  const file = await fileOf(events)
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
  writeFileSync(path, Buffer.from(await fileOf(events)))
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

test('no events are an empty table, and hostile names stay as they are', async () => {
  expect(await parquetReadObjects({ file: await fileOf([]) })).toEqual([])
  // Half a surrogate pair is no UTF-8: as a name it cannot stay.
  const texts = hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text))
  const events = eventsOf([{ kind: 'pause' }, ...texts.map((text) => ({ kind: text, node: text, text }))])
  expect(await parquetReadObjects({ file: await fileOf(events) })).toEqual(events.map(rowOf))
})
