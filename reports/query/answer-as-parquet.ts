// The answer to a query as a Parquet file.

import type { DuckDBPreparedStatement, DuckDBType, DuckDBValue } from '@duckdb/node-api'

import { type Cells, type Column, type ColumnType, parquetFile } from '../export/parquet-file.ts'
import { type Rows, run, typeAt } from './answer.ts'
import { cellText } from './cells.ts'

/** The answer as the bytes of a file, in pieces. Numbers and truth values keep their type, everything else is text. */
export async function* answerAsParquet(statement: DuckDBPreparedStatement): AsyncGenerator<Uint8Array> {
  const answer = await run(statement)
  const columns = answer.names.map((name, place): Column => {
    return { name, type: columnType(typeAt(answer.types, place)), isNullable: true }
  })
  yield* parquetFile(columns, converted(answer, columns))
}

async function* converted({ types, rows }: Rows, columns: readonly Column[]): AsyncGenerator<Cells> {
  for await (const some of rows)
    yield columns.map(({ type }, place) =>
      some.map((row) => cell(row[place] ?? null, typeAt(types, place), type)),
    )
}

function columnType(type: DuckDBType): ColumnType {
  const name = String(type)
  if (integers.has(name)) return 'INT64'
  if (name === 'DOUBLE' || name === 'FLOAT') return 'DOUBLE'
  return name === 'BOOLEAN' ? 'BOOLEAN' : 'STRING'
}

/** HUGEINT is what a sum of whole numbers has; one beyond 64 bits is refused by the writer. */
const integers: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'HUGEINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
])

function cell(value: DuckDBValue, type: DuckDBType, column: ColumnType): unknown {
  if (value === null) return null
  if (column === 'INT64') return BigInt(value as number | bigint)
  return column === 'STRING' ? cellText(value, type) : value
}
