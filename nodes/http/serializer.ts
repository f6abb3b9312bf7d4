// Writes messages as bytes (RFC 9112). Whatever would change where a message ends is refused here, so that no value of a field
// can smuggle another message in.

import { Buffer } from 'node:buffer'

import { isFieldValue, isToken } from './characters.ts'
import { Fields } from './message.ts'
import { statusText } from './status-text.ts'

/** A message that cannot be written as it is. */
export class HttpWriteError extends Error {
  constructor(got: string, wanted: string) {
    super(`got ${got}, wanted ${wanted}`)
    this.name = 'HttpWriteError'
  }
}

/** The head of a request. Throws an HttpWriteError for a method, target or field that is none. */
export function requestHeadBytes(method: string, target: string, headers: Fields): Buffer {
  return Buffer.from(requestHeadText(method, target, headers), 'latin1')
}

/** The same as text of which each character is one byte: for `Connection.write` with `latin1`, which copies it once. */
export function requestHeadText(method: string, target: string, headers: Fields): string {
  if (!isToken(method)) throw new HttpWriteError(`the method ${JSON.stringify(method)}`, 'a token')
  if (!/^[\x21-\x7e]+$/.test(target))
    throw new HttpWriteError(`the request target ${JSON.stringify(target.slice(0, 80))}`, 'visible ASCII')
  return `${method} ${target} HTTP/1.1\r\n${fieldLines(headers)}\r\n`
}

/** The head of a response. Throws an HttpWriteError for a status, reason or field that is none. */
export function responseHeadBytes(status: number, reason: string | undefined, headers: Fields): Buffer {
  return Buffer.from(responseHeadText(status, reason, headers), 'latin1')
}

/** The same as text of which each character is one byte. */
export function responseHeadText(status: number, reason: string | undefined, headers: Fields): string {
  if (!Number.isInteger(status) || status < 100 || status > 999)
    throw new HttpWriteError(`the status ${status}`, '100 to 999')
  const text = reason ?? statusText(status)
  if (!isFieldValue(text))
    throw new HttpWriteError(`the reason ${JSON.stringify(text)}`, 'Latin-1 in one line')
  return `HTTP/1.1 ${status} ${text}\r\n${fieldLines(headers)}\r\n`
}

/**
 * An interim response (RFC 9110, section 15.2). Throws an HttpWriteError for a status that is none, or that does more than tell
 * something, else as `responseHeadBytes` does.
 */
export function interimBytes(status: number, reason: string | undefined, headers: Fields): Buffer {
  if (status < 102 || status > 199) throw new HttpWriteError(`the status ${status}`, '102 to 199')
  // It has no content, and says nothing of how any is delimited (RFC 9112, section 6.1; RFC 9110, section 8.6).
  const all = new Fields(headers).delete('content-length').delete('transfer-encoding')
  return responseHeadBytes(status, reason, all)
}

/** Bytes as one chunk. None is no chunk: an empty one would end the body. */
export function chunkBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes
  const size = Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1')
  return Buffer.concat([size, bytes, lineEnd])
}

/** The end of a chunked body. Throws an HttpWriteError for a trailer that is none or must not be one. */
export function lastChunkBytes(trailers: Fields = new Fields()): Uint8Array {
  for (const [name] of trailers)
    if (/^(?:content-length|transfer-encoding|host|trailer)$/i.test(name))
      throw new HttpWriteError(`the trailer ${name}`, 'it in the header')
  return Buffer.from(`0\r\n${fieldLines(trailers)}\r\n`, 'latin1')
}

const lineEnd = Buffer.from('\r\n', 'latin1')

function fieldLines(fields: Fields): string {
  let lines = ''
  for (const [name, value] of fields) {
    if (!isToken(name)) throw new HttpWriteError(`the field ${JSON.stringify(name)}`, 'a token as its name')
    if (!isFieldValue(value))
      throw new HttpWriteError(`${name}: ${JSON.stringify(value.slice(0, 80))}`, 'Latin-1 in one line')
    lines += `${name}: ${value}\r\n`
  }
  return lines
}
