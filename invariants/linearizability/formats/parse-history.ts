import { HistoryError, quote } from '../history-error.ts'
import type { HistoryLimits } from '../history.ts'
import type { Operation } from '../operation.ts'
import { parseEdn } from './parse-edn.ts'
import { isJepsenLog, parseJepsenLog } from './parse-jepsen-log.ts'
import { parseNdjson } from './parse-ndjson.ts'

/** How a recorded history is written. */
export type HistoryFormat = 'ndjson' | 'edn' | 'jepsen-log'

/**
 * The operations of a recorded history: NDJSON, EDN or a Jepsen log, found out from its content. Throws a HistoryError
 * for anything else, for a malformed history, and for one without any operation.
 */
export function parseHistory(text: string, limits: HistoryLimits = {}): readonly Operation[] {
  const operations = parse(text, formatOf(text), limits)
  if (operations.length === 0) throw new HistoryError({ line: 1 }, 'no operation at all', 'a history')
  return operations
}

function parse(text: string, format: HistoryFormat, limits: HistoryLimits): readonly Operation[] {
  switch (format) {
    case 'ndjson':
      return parseNdjson(text, limits)
    case 'edn':
      return parseEdn(text, limits)
    case 'jepsen-log':
      return parseJepsenLog(text, limits)
  }
}

const JSON_WANTED =
  'one JSON object a line, without brackets and commas around them (as jq -c ".[]" makes of it)'

/** The format of a text; throws a HistoryError when it is none. */
export function formatOf(text: string): HistoryFormat {
  const start = text.slice(0, 4096).replace(/^\uFEFF?\s*/, '')
  if (/^\{\s*["}]/.test(start)) return 'ndjson'
  if (isJsonArray(start)) throw new HistoryError({ line: 1 }, 'a JSON array', JSON_WANTED)
  if (/^[{[(#;]/.test(start)) return 'edn'
  if (isJepsenLog(text)) return 'jepsen-log'
  const got = start === '' ? 'nothing' : quote(start.split('\n', 1)[0] ?? '')
  throw new HistoryError({ line: 1 }, got, 'a history as NDJSON, EDN maps, or a log of Jepsen')
}

// A colon and then a value; in EDN what follows a colon is the rest of a keyword.
function isJsonArray(start: string): boolean {
  return /^\[\s*\{\s*"[^"]*"\s*:\s*(?:["\d[{-]|true\b|false\b|null\b)/.test(start)
}
