// A trace as one Parquet table: a row an event, what its kind adds as JSON in `data`, the header in the file's metadata.

import type { Event } from '../../sim/index.ts'
import type { ExportContext } from './exporter.ts'
import { type Column, parquetFile } from './parquet-file.ts'

const columns: readonly Column[] = [
  { name: 'seq', type: 'INT64', isNullable: false },
  { name: 'at', type: 'INT64', isNullable: false },
  { name: 'node', type: 'STRING', isNullable: false },
  { name: 'kind', type: 'STRING', isNullable: false },
  { name: 'cause', type: 'INT64', isNullable: false },
  { name: 'data', type: 'STRING', isNullable: false },
]

/** The bytes of the table in pieces. */
export function parquet(
  { header }: ExportContext,
  batches: AsyncIterable<readonly Event[]>,
): AsyncGenerator<Uint8Array> {
  return parquetFile(columns, rowsOf(batches), new Map([['faultline', JSON.stringify(header)]]))
}

async function* rowsOf(
  batches: AsyncIterable<readonly Event[]>,
): AsyncGenerator<readonly (readonly unknown[])[]> {
  for await (const events of batches) yield events.map(rowOf)
}

function rowOf(event: Event): readonly unknown[] {
  const { seq, at, node, kind, cause, ...own } = event
  return [BigInt(seq), BigInt(at), node, kind, BigInt(cause), JSON.stringify(own)]
}
