// Which bytes may stand where in a message (RFC 9110, section 5.6; RFC 9112, section 2).

import { HttpError } from './http-error.ts'

export const lineFeed = 10
export const carriageReturn = 13
export const tab = 9
export const space = 32
export const colon = 58

/** 1 for each byte of a set. */
export type ByteSet = Uint8Array

/** Bytes of a token: names of fields, methods. */
export const tokenBytes: ByteSet = byteSet(
  (byte) => /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)) && byte < 128,
)

/** Bytes of a request target: visible ASCII. What it means is looked at when it is whole. */
export const targetBytes: ByteSet = byteSet((byte) => byte > 32 && byte < 127)

/** Bytes of a field value or a reason phrase: HTAB, SP, visible ASCII and what is beyond it (obs-text). */
export const valueBytes: ByteSet = byteSet((byte) => byte === tab || (byte >= 32 && byte !== 127))

/** The same and control characters, but those that end a line or a text. */
export const relaxedValueBytes: ByteSet = byteSet(
  (byte) => byte !== 0 && byte !== lineFeed && byte !== carriageReturn,
)

function byteSet(holds: (byte: number) => boolean): ByteSet {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0))
}

/** Where the run of bytes of a set that begins at `at` ends. */
export function endOfRun(bytes: Uint8Array, at: number, set: ByteSet): number {
  let end = at
  while (end < bytes.length && set[bytes[end] as number] === 1) end++
  return end
}

/** Whether a text is a token, as a method or a field's name must be. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text)
}

/** Whether a text can be a field's value: no line end, no NUL, nothing beyond Latin-1. */
export function isFieldValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
}

/** How a byte is shown in an error. */
export function byteText(byte: number | undefined): string {
  return byte === undefined ? 'the end' : JSON.stringify(String.fromCharCode(byte))
}

/** Takes the LF after a CR; where it may be missing, takes nothing. */
export function takeLineFeed(bytes: Uint8Array, at: number, isOptional: boolean | undefined): number {
  if (bytes[at] === lineFeed) return at + 1
  if (isOptional === true) return at
  throw new HttpError('bad-line-end', `CR before ${byteText(bytes[at])}`, 'CR LF')
}

/** Whether a line ends at a byte that stands where one may end: 'cr' wants an LF after it. */
export function lineEndAt(byte: number, isBareAllowed: boolean | undefined): 'cr' | 'lf' | null {
  if (byte === carriageReturn) return 'cr'
  if (byte !== lineFeed) return null
  if (isBareAllowed === true) return 'lf'
  throw new HttpError('bad-line-end', 'LF without CR', 'CR LF')
}
