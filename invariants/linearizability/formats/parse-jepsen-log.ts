import type { Data } from '../../../sim/index.ts'
import { HistoryError, inLine, quote } from '../history-error.ts'
import { History, type HistoryLimits } from '../history.ts'
import type { Operation } from '../operation.ts'
import { EdnReader } from './edn.ts'
import { linesOf } from './lines.ts'
import { isNemesis, phaseOf } from './record.ts'

const OPERATION = /\bjepsen\.util\s+(?:-\s+)?(\S+)\s+:(\w+)\s+:(\S+)\s+(.+)$/
const LOG_LINE = /^(?:INFO|WARN|ERROR|DEBUG|TRACE)\b/

/**
 * The operations in a log of Jepsen: `INFO  jepsen.util - PROCESS  :TYPE  :F  VALUE`, separated by white space. Other log
 * lines are skipped; anything else, a cut-off operation above all, is an error.
 */
export function parseJepsenLog(text: string, limits: HistoryLimits = {}): readonly Operation[] {
  const history = new History(limits)
  for (const { line, number } of linesOf(text)) {
    const match = OPERATION.exec(line)
    if (match === null) refuseUnlessLog(line, number)
    else if (!isNemesis(match[1] ?? '')) addOperation(history, match, number)
  }
  return history.finish()
}

/** Whether a text looks like such a log. */
export function isJepsenLog(text: string): boolean {
  return /\bjepsen\.util\s/.test(text.slice(0, 4096))
}

function addOperation(history: History, match: RegExpExecArray, number: number): void {
  const [, process = '', type, f = '', rest = ''] = match
  history.add({ place: number, process, phase: phaseOf(type, number), f, value: valueOf(rest, number) })
}

function valueOf(text: string, number: number): Data {
  try {
    return new EdnReader(text).read()
  } catch (error) {
    throw error instanceof HistoryError ? inLine(error, number) : error
  }
}

function refuseUnlessLog(line: string, number: number): void {
  const isOperation = /\bjepsen\.util\s+(?:-\s+)?\d/.test(line)
  if (isOperation || !LOG_LINE.test(line))
    throw new HistoryError({ line: number }, quote(line), 'INFO  jepsen.util - PROCESS  :TYPE  :F  VALUE')
}
