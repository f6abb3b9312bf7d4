// A trace as one Parquet table: a row an event, what its kind adds as JSON in `data`, the header in the file's metadata.

import type { Event } from '../../sim/index.ts'
import type { ExportContext } from './exporter.ts'
import { type Cells, type Column, parquetFile } from './parquet-file.ts'

const columns: readonly Column[] = [
  { name: 'seq', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'at', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'node', type: 'STRING', isNullable: false },
  { name: 'kind', type: 'STRING', isNullable: false },
  { name: 'cause', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'data', type: 'STRING', isNullable: false, isVaried: true },
]

/** The bytes of the table in pieces. */
export function parquet(
  { header }: ExportContext,
  batches: AsyncIterable<readonly Event[]>,
): AsyncGenerator<Uint8Array> {
  return parquetFile(columns, cellsOf(batches), new Map([['faultline', JSON.stringify(header)]]))
}

async function* cellsOf(batches: AsyncIterable<readonly Event[]>): AsyncGenerator<Cells> {
  for await (const events of batches)
    yield [
      events.map(({ seq }) => BigInt(seq)),
      events.map(({ at }) => BigInt(at)),
      events.map(({ node }) => node),
      events.map(({ kind }) => kind),
      events.map(({ cause }) => BigInt(cause)),
      events.map(dataOf),
    ]
}

/** What an event has beside what all events have, as JSON. */
function dataOf({ seq: _seq, at: _at, node: _node, kind: _kind, cause: _cause, ...own }: Event): string {
  return JSON.stringify(own)
}
