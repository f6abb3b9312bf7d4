// Reads a head that has come in one piece and is written as almost all are. Nothing is refused here: whatever is not plainly
// in order is left to the readers that go byte by byte and say what is wrong, and which accept the same heads in the same way.

import type { Buffer } from 'node:buffer'

import { isFieldValue, isToken, space, tab } from './characters.ts'
import type { CodecOptions, Leniency } from './codec-options.ts'
import { Fields } from './message.ts'

/** A head: its start line, its fields, and where in the bytes it ends. */
export interface WholeHead<L> {
  readonly line: L
  readonly headers: Fields
  readonly end: number
}

/** Reads the start line of a usual head; null for any other. */
export type WholeLine<L> = (text: string, options: CodecOptions) => L | null

const headEnd = '\r\n\r\n'

/** Whether heads may be read here at all: departures from the RFC are for those who go byte by byte. */
export function readsWholeHeads(leniency: Leniency): boolean {
  return Object.values(leniency).every((isOn) => isOn !== true)
}

/** Reads the head that begins at a place; null where it has not all come, or is not as usual. */
export function wholeHead<L>(
  bytes: Buffer,
  at: number,
  { options, lineOf }: { readonly options: CodecOptions; readonly lineOf: WholeLine<L> },
): WholeHead<L> | null {
  const end = bytes.indexOf(headEnd, at, 'latin1')
  // Where there are no fields, the end of the start line is that of the head.
  if (end < 0) return null
  const text = bytes.toString('latin1', at, end + 2)
  const lineEnd = text.indexOf('\r\n')
  const { headerBytesMax, headerCountMax } = options.limits
  if (text.length - lineEnd > headerBytesMax) return null
  const line = lineOf(text.slice(0, lineEnd), options)
  if (line === null) return null
  const headers = fieldsOf(text, lineEnd + 2)
  if (headers === null || headers.size > headerCountMax) return null
  return { line, headers, end: end + headEnd.length }
}

/** The fields from a place on, each with its line end; null where one of them is not as usual. */
function fieldsOf(text: string, start: number): Fields | null {
  const fields = new Fields()
  for (let from = start; from < text.length;) {
    const to = text.indexOf('\r\n', from)
    const colon = text.indexOf(':', from)
    if (to < 0 || colon < 0 || colon > to) return null
    const name = text.slice(from, colon)
    const value = trimmed(text, colon + 1, to)
    if (!isToken(name) || !isFieldValue(value)) return null
    fields.append(name, value)
    from = to + 2
  }
  return fields
}

function trimmed(text: string, start: number, end: number): string {
  let [from, to] = [start, end]
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  return code === space || code === tab
}
