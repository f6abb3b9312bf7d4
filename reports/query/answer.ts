// The answer to a query: as a table for people, JSON or CSV. Rows come in pieces and leave as text.

import type { DuckDBPreparedStatement, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api'

import { cellText, csvCell, plainValue } from './cells.ts'
import { shownText } from '../shown-text.ts'
import { asQueryError } from './engine.ts'

type Row = readonly DuckDBValue[]

/** How many rows a table shows at most; the other formats have no bound. */
const tableRowsMax = 1000
const cellWidthMax = 60

/** The answer as one JSON object a row. */
export async function* answerAsJson(statement: DuckDBPreparedStatement): AsyncGenerator<string> {
  const { names, types, rows } = await run(statement)
  const keys = names.map((name) => JSON.stringify(name))
  for await (const some of rows) {
    yield some
      .map((row) => {
        const cells = row.map(
          (value, place) => `${keys[place]}:${JSON.stringify(plainValue(value, typeAt(types, place)))}`,
        )
        return `{${cells.join(',')}}\n`
      })
      .join('')
  }
}

/** The answer as CSV with a first line of names. */
export async function* answerAsCsv(statement: DuckDBPreparedStatement): AsyncGenerator<string> {
  const { names, types, rows } = await run(statement)
  yield `${names.map(csvCell).join(',')}\n`
  for await (const some of rows) {
    const lines = some.map((row) =>
      row.map((value, place) => csvCell(cellText(value, typeAt(types, place)))).join(','),
    )
    yield lines.map((line) => `${line}\n`).join('')
  }
}

/** The answer as a table. Columns that are empty throughout are left out, and it says so. */
export async function* answerAsTable(statement: DuckDBPreparedStatement): AsyncGenerator<string> {
  const { names, types, rows } = await run(statement)
  const shown: (readonly string[])[] = []
  let count = 0
  for await (const some of rows) {
    count += some.length
    for (const row of some.slice(0, Math.max(0, tableRowsMax - shown.length)))
      shown.push(row.map((value, place) => shortText(cellText(value, typeAt(types, place)))))
    if (count > tableRowsMax) break
  }
  const filled = names.flatMap((_, place) => (shown.some((row) => row[place] !== '') ? [place] : []))
  const columns = filled.length === 0 ? [...names.keys()] : filled
  const pick = (cells: readonly string[]): readonly string[] => columns.map((place) => cells[place] ?? '')
  const isNumber = columns.map((place) => numeric.has(String(typeAt(types, place))))
  yield tableLines([pick(names.map(shownText)), ...shown.map(pick)], isNumber)
  yield remarks(count, names.length - columns.length)
}

function remarks(count: number, emptyColumns: number): string {
  const lines = [
    ...(count === 0 ? ['(no rows)'] : []),
    ...(count > tableRowsMax
      ? [`(the first ${tableRowsMax} rows; csv, json and parquet have all of them)`]
      : []),
    ...(emptyColumns > 0
      ? [`(${emptyColumns === 1 ? 'one column is' : `${emptyColumns} columns are`} empty and not shown)`]
      : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

const numeric: ReadonlySet<string> = new Set(['BIGINT', 'HUGEINT', 'INTEGER', 'DOUBLE', 'UBIGINT'])

function tableLines(rows: readonly (readonly string[])[], isNumber: readonly boolean[]): string {
  const widths = isNumber.map((_, place) =>
    rows.reduce((most, row) => Math.max(most, row[place]?.length ?? 0), 0),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, place) => {
        const width = widths[place] ?? 0
        return isNumber[place] === true ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].map((text) => `${text}\n`).join('')
}

function shortText(text: string): string {
  const shown = shownText(text.slice(0, cellWidthMax + 1))
  return shown.length <= cellWidthMax ? shown : `${shown.slice(0, cellWidthMax - 1)}…`
}

/** A result while it is being read. */
export interface Rows {
  readonly names: readonly string[]
  readonly types: readonly DuckDBType[]
  readonly rows: AsyncIterable<readonly Row[]>
}

/** Runs a query; its rows are made as they are read. Throws a QueryError. */
export async function run(statement: DuckDBPreparedStatement): Promise<Rows> {
  const result = await asQueryError(() => statement.stream())
  return { names: result.deduplicatedColumnNames(), types: result.columnTypes(), rows: rowsOf(result) }
}

async function* rowsOf(result: DuckDBResult): AsyncGenerator<readonly Row[]> {
  for (;;) {
    const chunk = await asQueryError(() => result.fetchChunk())
    if (chunk === null || chunk.rowCount === 0) return
    yield chunk.getRows()
  }
}

/** The type of a column. */
export function typeAt(types: readonly DuckDBType[], place: number): DuckDBType {
  const type = types[place]
  if (type === undefined) throw new RangeError(`column ${place} of ${types.length}`)
  return type
}
