// Reads what `sweep-record.ts` keeps. Anybody may have written to the file since: what is no record is named and left out, and
// of a file without end only the end is read.

import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'

import { amount, listOf, optional, orNull, recordOf, type Shape, text, tupleOf } from './record-shape.ts'
import { recordBytesMax, recordLengths as lengths, recordsFile } from './sweep-record.ts'
import type { SweepRecord, SweepRun } from '../reports/index.ts'

/** How much of the file is read, from its end, and how many sweeps are shown. */
const fileBytesMax = 16 * 1024 * 1024
const sweepsMax = 1000
const notesMax = 20

/** The sweeps that were kept, and what is to be said of the file. */
export interface RecordedSweeps {
  readonly sweeps: readonly SweepRecord[]
  readonly notes: readonly string[]
}

/** The last sweeps that were kept in a folder, and a sentence for each line that is none. Never throws for what is in the file. */
export function recordedSweeps(folder: string): RecordedSweeps {
  const path = join(folder, recordsFile)
  if (!existsSync(path)) return { sweeps: [], notes: ['no sweep of this scenario has ended yet'] }
  try {
    return readRecords(path)
  } catch (error) {
    return { sweeps: [], notes: [`${path}: ${error instanceof Error ? error.message : String(error)}`] }
  }
}

function readRecords(path: string): RecordedSweeps {
  const { lines, skipped } = lastLines(path)
  const sweeps: SweepRecord[] = []
  const notes: string[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const read = readRecord(line)
    const place = `line ${index + 1}${skipped === 0 ? '' : ` after byte ${skipped}`}`
    if (typeof read === 'string')
      notes.push(`${path}: ${place} is no record of a sweep, and left out: ${read}`)
    else sweeps.push(read)
  }
  const more = notes.splice(notesMax).length
  if (more > 0) notes.push(`${path}: ${more} more lines are no records of sweeps, and left out`)
  const before = Math.max(0, sweeps.length - sweepsMax)
  if (skipped > 0) notes.push(`${path}: sweeps of before byte ${skipped} are left out`)
  else if (before > 0) notes.push(`${path}: the first ${before} sweeps are left out`)
  return { sweeps: sweeps.slice(before), notes }
}

/** The lines at the end of a file, and how many bytes stand before them. */
function lastLines(path: string): { readonly lines: readonly string[]; readonly skipped: number } {
  const file = openSync(path, 'r')
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new Error('got something else, wanted a file')
    const from = Math.max(0, stat.size - fileBytesMax)
    const bytes = Buffer.alloc(stat.size - from)
    const count = readSync(file, bytes, 0, bytes.length, from)
    // What it begins with may be the end of a line.
    const begin = from === 0 ? 0 : bytes.indexOf('\n') + 1
    return { lines: bytes.toString('utf8', begin, count).split('\n'), skipped: from + begin }
  } finally {
    closeSync(file)
  }
}

function readRecord(line: string): SweepRecord | string {
  if (line.length > recordBytesMax) return `got ${line.length} characters, wanted at most ${recordBytesMax}`
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'got no JSON'
  }
  return sweep(value, '') ?? (value as SweepRecord)
}

const stretches = (shape: Shape): Shape => listOf(shape, lengths.stretches)
const latencies = stretches(orNull(amount))

type Series = SweepRun['series']

const columns = recordOf({
  at: stretches(amount),
  rate: stretches(amount),
  failed: stretches(amount),
  p50: latencies,
  p95: latencies,
  p99: latencies,
})

/** Columns of one length, over times that grow. */
const series: Shape = (value, place) => columns(value, place) ?? unevenness(value as Series, place)

function unevenness({ at, rate, failed, p50, p95, p99 }: Series, place: string): string | null {
  const back = at.findIndex((each, index) => index > 0 && each <= (at[index - 1] ?? 0))
  if (back >= 0) return `${place}.at[${back}]: got ${at[back]}, wanted more than ${at[back - 1]}`
  const others = Object.entries({ rate, failed, p50, p95, p99 })
  const uneven = others.find(([, column]) => column.length !== at.length)
  return uneven === undefined
    ? null
    : `${place}.${uneven[0]}: got ${uneven[1].length} entries, wanted ${at.length}`
}

const sweep = recordOf({
  begin: text,
  wallMs: amount,
  seeds: text,
  passed: amount,
  failed: amount,
  undecided: amount,
  events: amount,
  warnings: listOf(text, lengths.warnings),
  points: listOf(tupleOf(text, amount), lengths.points),
  faults: listOf(tupleOf(text, amount, amount), lengths.faults),
  causes: optional(listOf(tupleOf(text, text, amount, amount), lengths.causes)),
  progress: listOf(tupleOf(amount, amount, amount), lengths.samples),
  coverage: listOf(recordOf({ fault: text, state: text, count: amount }), lengths.coverage),
  states: optional(listOf(text, lengths.states)),
  run: optional(
    recordOf({
      seed: amount,
      series,
      bands: listOf(recordOf({ label: text, from: amount, to: amount }), lengths.bands),
    }),
  ),
})
