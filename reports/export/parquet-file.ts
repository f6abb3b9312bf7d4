// Parquet in pieces: rows gather column by column, leave as a row group when there are enough, and the file's end follows.

import type { ByteWriter } from 'hyparquet-writer'

/** What a column holds. */
export type ColumnType = 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'STRING'

/** A column of a file. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
}

const rowsPerGroup = 50_000

/** Turns rows (in pieces) into the bytes of a Parquet file, in pieces. Cells are bigint, number, boolean, string or null. */
export async function* parquetFile(
  columns: readonly Column[],
  rows: AsyncIterable<readonly (readonly unknown[])[]>,
  metadata: ReadonlyMap<string, string> = new Map(),
): AsyncGenerator<Uint8Array> {
  // Loaded by who writes Parquet only.
  const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer')
  const bytes = new ByteWriter()
  const empty = columns.map(({ name, type, isNullable }) => ({ name, type, nullable: isNullable, data: [] }))
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: empty }),
    kvMetadata: [...metadata].map(([key, value]) => ({ key, value })),
    createdBy: 'faultline',
  })
  let group = columns.map((): unknown[] => [])
  const flush = async (): Promise<void> => {
    const columnData = columns.map(({ name }, place) => ({ name, data: group[place] ?? [] }))
    group = columns.map(() => [])
    await writer.write({ columnData, rowGroupSize: rowsPerGroup })
  }
  for await (const some of rows) {
    for (const row of some) for (const [place, cells] of group.entries()) cells.push(row[place] ?? null)
    if ((group[0]?.length ?? 0) < rowsPerGroup) continue
    await flush()
    yield taken(bytes)
  }
  if ((group[0]?.length ?? 0) > 0) await flush()
  await writer.finish()
  yield taken(bytes)
}

/** The bytes written since the last time; the writer goes on counting where they end. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice()
  bytes.index = 0
  return piece
}
