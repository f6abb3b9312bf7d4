// A trace as one Parquet table: a row an event, what its kind adds as JSON in `data`, the header in the file's metadata.

import type { Event, EventLine } from '../../sim/index.ts'
import { type ExportOptions, type ExportSource, partOf, selected } from './export-trace.ts'
import { type ExportContext } from './exporter.ts'
import { type Cells, type Column, parquetFile } from './parquet-file.ts'

const columns: readonly Column[] = [
  { name: 'seq', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'at', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'node', type: 'STRING', isNullable: false },
  { name: 'kind', type: 'STRING', isNullable: false },
  { name: 'cause', type: 'INT64', isNullable: false, isVaried: true },
  { name: 'data', type: 'STRING', isNullable: false, isVaried: true },
]

/** The bytes of the table in pieces. Throws a TraceError where the trace is damaged, unless `onDamage` is there. */
export async function* parquet(
  { header }: ExportContext,
  source: ExportSource,
  options: ExportOptions,
): AsyncGenerator<Uint8Array> {
  const lines = (await source.eventLines?.()) ?? null
  const cells = lines === null ? cellsOfEvents(partOf(source, options)) : cellsOfLines(lines, options)
  yield* parquetFile(columns, cells, new Map([['faultline', JSON.stringify(header)]]))
}

/** What an event adds to what all events have stands in the line as JSON: it is neither parsed nor written anew. */
async function* cellsOfLines(
  groups: AsyncIterable<readonly EventLine[]>,
  options: ExportOptions,
): AsyncGenerator<Cells> {
  for await (const lines of selected(groups, options))
    yield [...commonCells(lines), lines.map(({ own }) => own)]
}

async function* cellsOfEvents(groups: AsyncIterable<readonly Event[]>): AsyncGenerator<Cells> {
  for await (const events of groups) yield [...commonCells(events), events.map(dataOf)]
}

function commonCells(events: readonly Pick<Event, 'seq' | 'at' | 'node' | 'kind' | 'cause'>[]): Cells {
  return [
    events.map(({ seq }) => seq),
    events.map(({ at }) => BigInt(at)),
    events.map(({ node }) => node),
    events.map(({ kind }) => kind),
    events.map(({ cause }) => cause),
  ]
}

/** What an event has beside what all events have, as JSON. */
function dataOf({ seq: _seq, at: _at, node: _node, kind: _kind, cause: _cause, ...own }: Event): string {
  return JSON.stringify(own)
}
