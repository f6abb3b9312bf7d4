// Parquet in pieces: rows gather column by column, leave as a row group when there are enough, and the file's end follows.

import type { ByteWriter } from 'hyparquet-writer'

/** What a column holds. */
export type ColumnType = 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'STRING'

/** A column of a file. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
  /** Whether hardly any two values are alike: such as seqs, or JSON. */
  readonly isVaried?: boolean
}

/** How values are written of which hardly two are alike: without looking for a dictionary. */
const variedEncoding = {
  INT64: { encoding: 'DELTA_BINARY_PACKED' },
  DOUBLE: { encoding: 'PLAIN' },
  BOOLEAN: {},
  STRING: { encoding: 'PLAIN', statistics: false },
} as const
const rowsPerGroup = 20_000

/** Some rows, column by column. Cells are bigint or whole number, number, boolean, string (or its UTF-8), or null. */
export type Cells = readonly (readonly unknown[])[]

/** Turns rows (in pieces) into the bytes of a Parquet file, in pieces. */
export async function* parquetFile(
  columns: readonly Column[],
  batches: AsyncIterable<Cells>,
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
    const columnData = columns.map(({ name, type, isVaried = false }, place) => {
      return { name, data: group[place] ?? [], ...(isVaried ? variedEncoding[type] : {}) }
    })
    group = columns.map(() => [])
    await writer.write({ columnData, rowGroupSize: rowsPerGroup })
  }
  for await (const batch of batches) {
    for (const [place, cells] of group.entries()) for (const cell of batch[place] ?? []) cells.push(cell)
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
