// DuckDB over traces: opened in memory, shown the given files and nothing else, and locked before a query is looked at. SQL
// may be pasted from anywhere, so a query is one SELECT, and can neither read another file, nor write one, nor load code.

import type * as DuckDB from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBPreparedStatement, StatementType } from '@duckdb/node-api'

import type { TraceFooter, TraceHeader } from '../../sim/index.ts'
import { QueryError } from './query-error.ts'
import { lineColumns, tables, viewsOfTraces } from './tables.ts'

/** One trace that is asked. */
export interface QueriedTrace {
  /** What the column `trace` calls it. */
  readonly name: string
  /** Where its lines are: an absolute path, so that nobody takes it for an address. */
  readonly path: string
  readonly isCompressed: boolean
  readonly header: TraceHeader
  readonly footer: TraceFooter | null
}

/** As long as the longest line of a trace may be. */
const lineLengthMax = 16 * 1024 * 1024
const memoryMax = '1GB'

/** Opens the engine over traces. Throws a QueryError when it is not installed. */
export async function openEngine(traces: readonly QueriedTrace[]): Promise<Engine> {
  const { DuckDBInstance, StatementType } = await loadDuckDB()
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: memoryMax, temp_directory: '' })
  const connection = await instance.connect()
  const close = (): void => {
    connection.closeSync()
    instance.closeSync()
  }
  try {
    await asQueryError(async () => {
      for (const sql of setUpSql(traces)) await connection.run(sql)
      await addTraces(connection, traces)
      for (const sql of lockSql(traces)) await connection.run(sql)
    })
  } catch (error) {
    close()
    throw error
  }
  return new Engine(connection, StatementType.SELECT, close)
}

/** An open engine. To be closed. */
export class Engine {
  readonly close: () => void
  readonly #connection: DuckDBConnection
  readonly #select: StatementType

  constructor(connection: DuckDBConnection, select: StatementType, close: () => void) {
    this.#connection = connection
    this.#select = select
    this.close = close
  }

  /** Makes a query ready to run. Throws a QueryError that says what is wrong with it. */
  prepare(sql: string): Promise<DuckDBPreparedStatement> {
    return asQueryError(async () => {
      if (sql.trim() === '') throw new QueryError('query: got nothing, wanted one SELECT')
      const { count } = await this.#connection.extractStatements(sql)
      if (count !== 1) throw new QueryError(`query: got ${count} statements, wanted one SELECT`)
      const statement = await this.#connection.prepare(sql)
      if (statement.statementType !== this.#select)
        throw new QueryError('query: got a statement that is no SELECT, wanted one: traces are only read')
      return statement
    })
  }
}

/** Runs what may fail because of a query. */
export async function asQueryError<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body()
  } catch (error) {
    if (error instanceof QueryError || !(error instanceof Error)) throw error
    throw new QueryError(`query: ${error.message}`)
  }
}

async function loadDuckDB(): Promise<typeof DuckDB> {
  try {
    return await import('@duckdb/node-api')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).endsWith('MODULE_NOT_FOUND')))
      throw error
    throw new QueryError(
      'query: needs the package @duckdb/node-api, which is not installed: npm install @duckdb/node-api',
    )
  }
}

function setUpSql(traces: readonly QueriedTrace[]): readonly string[] {
  const isSingle = traces.length === 1
  return [
    `create schema traced`,
    `set schema = 'traced'`,
    `create view lines as ${linesSql(traces)}`,
    `create table traces (trace varchar, scenario varchar, title varchar, seed bigint, parameters json,
      version varchar, events bigint, digest varchar, outcome varchar)`,
    ...viewsOfTraces.map(([name, sql]) => `create view ${name} as ${sql}`),
    `set schema = 'main'`,
    ...tables.map(({ name }) => {
      const columns = isSingle && name !== 'traces' ? '* exclude (trace)' : '*'
      return `create view ${name} as select ${columns} from traced.${name}`
    }),
    `create macro ms(ns) as ns / 1e6`,
    `create macro seconds(ns) as ns / 1e9`,
  ]
}

/** Files that are compressed and files that are not are read apart; each kind by all threads at once. */
function linesSql(traces: readonly QueriedTrace[]): string {
  return [true, false]
    .map((isCompressed) => traces.filter((trace) => trace.isCompressed === isCompressed))
    .filter((some) => some.length > 0)
    .map((some) => linesOfSql(some))
    .join(' union all ')
}

function linesOfSql(traces: readonly QueriedTrace[]): string {
  const columns = [...lineColumns].map(([name, type]) => `"${name}": '${type}'`).join(', ')
  const names = traces.map(({ name, path }) => `when ${quoted(path)} then ${quoted(name)}`).join(' ')
  const compression = traces[0]?.isCompressed === true ? 'gzip' : 'uncompressed'
  return `select case filename ${names} end as trace, * exclude (filename)
    from read_ndjson([${traces.map(({ path }) => quoted(literal(path))).join(', ')}], columns = {${columns}}, filename = true,
      hive_partitioning = false,
      compression = '${compression}', maximum_object_size = ${lineLengthMax})
    where seq is not null and kind not in ('header', 'footer')`
}

async function addTraces(connection: DuckDBConnection, traces: readonly QueriedTrace[]): Promise<void> {
  for (const { name, header, footer } of traces) {
    const { scenario, title, seed, parameters, version } = header
    await connection.run('insert into traced.traces values ($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      name,
      scenario,
      title,
      BigInt(seed),
      wellFormedJson(parameters),
      version,
      footer === null ? null : BigInt(footer.events),
      footer?.digest ?? null,
      footer?.outcome ?? null,
    ])
  }
}

/** JSON without halves of surrogate pairs, which DuckDB refuses: only these does JSON.stringify escape by number. */
function wellFormedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/\\(?:\\|ud[0-9a-f]{3})/g, (found) =>
    found.length === 2 ? found : '\ufffd',
  )
}

function lockSql(traces: readonly QueriedTrace[]): readonly string[] {
  return [
    `set autoinstall_known_extensions = false`,
    `set autoload_known_extensions = false`,
    `set allowed_paths = [${traces.flatMap(({ path }) => [quoted(path), quoted(literal(path))]).join(', ')}]`,
    `set enable_external_access = false`,
    `set lock_configuration = true`,
  ]
}

/** A path in which nothing is a pattern. */
function literal(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
