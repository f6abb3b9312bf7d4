// Reads the JSON body of a request: so much and no more, of a media type that is understood, decompressed.

import { Problem } from './problem.ts'
import type { HttpRequest } from '../../http/index.ts'
import { decompress } from '../representation/content-coding.ts'
import { isDeeperThan } from '../../transport/index.ts'

/** Arrays and objects inside each other at most: what handles values goes into them by calling itself. */
const depthMax = 64

/** The bytes of a body. Throws the Problems 413, 415 (an unknown coding) and 400 (a damaged one). */
export async function readBytes(request: HttpRequest, sizeMax: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > sizeMax) throw tooLong(sizeMax)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body) {
    size += part.length
    if (size > sizeMax) throw tooLong(sizeMax)
    parts.push(part)
  }
  const result = decompress(joined(parts, size), request.headers.get('content-encoding'), sizeMax)
  switch (result.kind) {
    case 'bytes':
      return result.bytes
    case 'too-long':
      throw tooLong(sizeMax)
    case 'damaged':
      throw new Problem(400, 'the body cannot be decompressed')
    case 'unknown-coding':
      throw new Problem(415, 'the Content-Encoding is not known', {
        headers: [['Accept-Encoding', 'gzip, deflate, br']],
      })
  }
}

function tooLong(sizeMax: number): Problem {
  return new Problem(413, `the body is longer than ${sizeMax} bytes`)
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const all = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The value of a JSON body. Throws the Problems 415 (another media type) and 400 (no JSON, or too deep). */
export function readJson(request: HttpRequest, bytes: Uint8Array): unknown {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type) || /charset=(?!"?utf-8)/i.test(type))
    throw new Problem(415, 'the body has to be application/json', {
      headers: [['Accept', 'application/json']],
    })
  const text = decoded(bytes)
  if (text === null || isDeeperThan(text, depthMax))
    throw new Problem(400, `the body is no JSON in UTF-8, or deeper than ${depthMax}`)
  try {
    return JSON.parse(text)
  } catch {
    // What the engine says of it differs between versions.
    throw new Problem(400, 'the body is no JSON')
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
