// Questions in SQL over traces.

import type { DuckDBPreparedStatement } from '@duckdb/node-api'

import { answerAsCsv, answerAsJson, answerAsTable } from './answer.ts'
import { answerAsParquet } from './answer-as-parquet.ts'
import { openEngine, type QueriedTrace } from './engine.ts'

export type { QueriedTrace } from './engine.ts'
export { QueryError } from './query-error.ts'
export { type TableAbout, tables } from './tables.ts'

/** How an answer is written. */
export type AnswerFormat = 'table' | 'json' | 'csv' | 'parquet'

type Answer = (statement: DuckDBPreparedStatement) => AsyncGenerator<string | Uint8Array>

const answers: { readonly [F in AnswerFormat]: Answer } = {
  table: answerAsTable,
  json: answerAsJson,
  csv: answerAsCsv,
  parquet: answerAsParquet,
}

/** The answer to one SELECT over traces, in pieces. Throws a QueryError in one line. */
export async function* query(
  traces: readonly QueriedTrace[],
  sql: string,
  format: AnswerFormat,
): AsyncGenerator<string | Uint8Array> {
  const engine = await openEngine(traces)
  try {
    yield* answers[format](await engine.prepare(sql))
  } finally {
    engine.close()
  }
}
