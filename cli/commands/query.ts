// `faultline query`: SQL over traces.

import { type Command, Option } from 'commander'

import { createOutput } from '../output.ts'
import { copyWithoutHalves, openForQuery, type ReadTrace } from '../queried-traces.ts'
import { UsageError } from '../usage-error.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { printPieces, writeOutput } from '../write-output.ts'
import { type AnswerFormat, query, QueryError, tables } from '../../reports/index.ts'

interface QueryFlags extends PartialFlag {
  readonly format: AnswerFormat
  readonly out?: string
  readonly force?: true
}

/** Adds the command. */
export function addQuery(program: Command): void {
  withPartial(program.command('query'))
    .description('ask traces in SQL (of DuckDB, which is installed apart: npm install @duckdb/node-api)')
    .argument('<traces-and-sql...>', 'trace files (.ndjson or .ndjson.gz), then one SELECT')
    .addOption(
      new Option('--format <format>', 'how the answer is written; json is one object a row')
        .choices(['table', 'json', 'csv', 'parquet'])
        .default('table'),
    )
    .addOption(new Option('--json', 'as --format json').implies({ format: 'json' }))
    .option('--out <file>', 'where to write it (default: to standard output)')
    .option('--force', 'replace a file that is there')
    .addHelpText('after', `\n${tablesText()}\n\n${notes}`)
    .action(async (words: readonly string[], flags: QueryFlags) => {
      const read = (): Promise<void> => queryCommand(words.slice(0, -1), words.at(-1) ?? '', flags)
      await hintingAtPartial(flags, read)
    })
}

function tablesText(): string {
  const width = Math.max(...tables.map(({ name }) => name.length)) + 2
  const lines = tables.map(({ name, about, columns }) => {
    return `  ${name.padEnd(width)}${about}\n  ${''.padEnd(width)}${columns}`
  })
  return `Tables and views:\n${lines.join('\n')}`
}

const notes = `Instants and durations are whole nanoseconds of virtual time; ms(x) and seconds(x) convert them. With several traces
every row has its trace, as it was named. message, fault, input, output, key and value are JSON: value->>'$.role'.
A query only reads, and only the given traces.

Examples:
  faultline query .faultline/chaos-seed-7.ndjson.gz "select kind, count(*) from events group by kind"
  faultline query a.ndjson b.ndjson "select trace, f, ms(max(duration)) from operations group by all"
  faultline query run.ndjson "select * from messages_lost_per_link" --format csv --out lost.csv`

async function queryCommand(paths: readonly string[], sql: string, flags: QueryFlags): Promise<void> {
  if (paths.length === 0)
    throw new UsageError(
      'query: got one word, wanted traces and then a SELECT, such as "select * from nodes"',
    )
  if (flags.format === 'parquet' && flags.out === undefined)
    throw new UsageError('query: got --format parquet alone, wanted --out FILE beside it')
  const twice = paths.find((path, place) => paths.indexOf(path) < place)
  if (twice !== undefined) throw new UsageError(`query: got ${twice} twice, wanted each trace once`)
  createOutput(false)
  const read: ReadTrace[] = []
  try {
    for (const path of paths) read.push(await openForQuery(path, flags.partial === true))
    let isBegun = false
    const begin = (): void => void (isBegun = true)
    try {
      await answer(read, sql, flags, { inputs: paths, begin })
    } catch (error) {
      // A file is only there when it is complete; what was printed cannot be taken back.
      const mayTryAgain = flags.out !== undefined || !isBegun
      if (!(error instanceof QueryError && /surrogate/.test(error.message) && mayTryAgain)) throw error
      const copies: ReadTrace[] = []
      for (const each of read) copies.push(await copyWithoutHalves(each))
      read.push(...copies)
      await answer(copies, sql, flags, { inputs: paths, begin })
    }
  } finally {
    for (const { close } of read) close()
  }
}

async function answer(
  read: readonly ReadTrace[],
  sql: string,
  { format, out, force }: QueryFlags,
  { inputs, begin }: { readonly inputs: readonly string[]; readonly begin: () => void },
): Promise<void> {
  const traces = read.map(({ trace }) => trace)
  const pieces = telling(query(traces, sql, format), begin)
  if (out === undefined) await printPieces(format === 'table' ? hinted(pieces, sql) : pieces)
  else await writeOutput(out, pieces, { mark: null, isForced: force === true, inputs })
}

/** The same, and tells when there is a first piece. */
async function* telling<T>(pieces: AsyncIterable<T>, begin: () => void): AsyncGenerator<T> {
  for await (const piece of pieces) {
    begin()
    yield piece
  }
}

/** A table; below one without rows, why the view that was asked may have none. */
async function* hinted(
  pieces: AsyncIterable<string | Uint8Array>,
  sql: string,
): AsyncGenerator<string | Uint8Array> {
  let isEmpty = false
  for await (const piece of pieces) {
    isEmpty ||= String(piece).trimEnd().endsWith('(no rows)')
    yield piece
  }
  if (isEmpty && /\bleaderless\b/i.test(sql))
    yield 'leaderless rests on probes raft.role: where no node publishes them it has no rows\n'
}
