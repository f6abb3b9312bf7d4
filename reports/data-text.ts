// Plain data as short text for people: like JSON, without quotes where they say nothing, cut to a length.

// The same shapes as those of the simulator, from where a browser's bundle can have them.
import type { Plain as Data, PlainRecord as DataRecord } from './viewer/model/document.ts'

const lengthMaxDefault = 80
/** Words that are bare at first sight; `bareWord` has them all. */
const plainWord = /^[A-HJ-Za-z_$/@:#][\w$./@:#+-]*$/
const bareWord = /^[\p{L}\p{N}_$./@:#+-]+$/u
const wordLike = new Set(['true', 'false', 'null'])

/** Plain data on one line, at most `lengthMax` characters. */
export function dataText(value: Data | undefined, lengthMax: number = lengthMaxDefault): string {
  return cut(write(value, lengthMax), lengthMax)
}

/** The fields of a record (but `without`) on one line, without braces: `term 3, index 5`. */
export function fieldsText(
  record: DataRecord,
  lengthMax: number = lengthMaxDefault,
  without?: string,
): string {
  let text = ''
  for (const key of Object.keys(record)) {
    const value = record[key]
    if (value === undefined || key === without) continue
    if (text.length > lengthMax) break
    text += `${text === '' ? '' : ', '}${word(key)} ${write(value, lengthMax)}`
  }
  return cut(text, lengthMax)
}

/** Cuts text to a length; what was cut shows as an ellipsis. */
export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, Math.max(0, lengthMax - 1))}…`
}

function write(value: Data | undefined, budget: number): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return word(cut(value, budget))
  if (typeof value !== 'object' || value === null) return String(value)
  return Array.isArray(value) ? writeArray(value, budget) : writeRecord(value as DataRecord, budget)
}

function writeArray(items: readonly Data[], budget: number): string {
  return `[${gather(items, budget, write)}]`
}

function writeRecord(record: DataRecord, budget: number): string {
  const present = Object.keys(record).filter((key) => record[key] !== undefined)
  return `{${gather(present, budget, (key, left) => `${word(key)}: ${write(record[key], left)}`)}}`
}

/** Joins parts until the budget is spent, so that a huge value costs no more than its first characters. */
function gather<T>(parts: readonly T[], budget: number, text: (part: T, left: number) => string): string {
  let joined = ''
  for (const part of parts) {
    if (joined.length > budget) return `${joined}, …`
    joined += (joined === '' ? '' : ', ') + text(part, budget - joined.length)
  }
  return joined
}

/** A text without quotes where nobody could take it for something else. */
function word(text: string): string {
  if (wordLike.has(text)) return JSON.stringify(text)
  // Only what begins with a digit, a sign, a point or I can be a number.
  if (plainWord.test(text)) return text
  const isBare = bareWord.test(text) && Number.isNaN(Number(text))
  return isBare ? text : JSON.stringify(text)
}
