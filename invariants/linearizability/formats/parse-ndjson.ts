import type { Data } from '../../../sim/index.ts'
import { HistoryError, quote } from '../history-error.ts'
import { History, type HistoryLimits } from '../history.ts'
import type { Operation } from '../operation.ts'
import { linesOf } from './lines.ts'
import { eventOfRecord } from './record.ts'

/** The operations of a history written as one JSON object a line; blank lines are skipped. */
export function parseNdjson(text: string, limits: HistoryLimits = {}): readonly Operation[] {
  const history = new History(limits)
  for (const { line, number } of linesOf(text)) {
    const event = eventOfRecord(parseLine(line, number), number)
    if (event !== undefined) history.add(event)
  }
  return history.finish()
}

function parseLine(line: string, number: number): Data {
  try {
    return JSON.parse(line) as Data
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : ''
    throw new HistoryError({ line: number }, `${quote(line)}${why}`, 'a JSON object')
  }
}
