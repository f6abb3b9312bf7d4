// The vectors of llhttp, the parser inside Node: the same verdict and the same parts of messages, however the bytes are cut.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { HttpEvent, ParserOptions } from './parser.ts'
import { type RequestHead, requestParser } from './request-parser.ts'
import { type ResponseHead, responseParser } from './response-parser.ts'
import { parseTarget } from './target.ts'
import { llhttpDialects } from './testing/dialects.ts'
import {
  fieldsText,
  type FoundMessage,
  readVectors,
  type Vector,
  vectorsFolder,
  type Verdict,
} from './testing/vectors.ts'
import { cut } from '../../sim/net/testing/pieces.ts'
import { countSuite } from '../../sim/real/testing/count-suite.ts'

interface Found {
  readonly verdict: Verdict
  readonly messages: readonly FoundMessage[]
}

function parse(vector: Vector, pieces: readonly Uint8Array[]): Found {
  const { kind, leniency, skipsBody, isFinished } = vector
  const options: ParserOptions = {
    leniency,
    dialects: llhttpDialects,
    versions: ['0.9', '1.0', '1.1', '2.0'],
  }
  const parser =
    kind === 'response' ? responseParser(options, () => skipsBody) : requestParser(options, () => skipsBody)
  const events: HttpEvent<RequestHead | ResponseHead>[] = pieces.flatMap((piece) => [...parser.push(piece)])
  return found(isFinished ? [...events, ...parser.end()] : events)
}

function found(events: readonly HttpEvent<RequestHead | ResponseHead>[]): Found {
  const messages: FoundMessage[] = []
  let verdict: Verdict = 'goes-on'
  for (const event of events) {
    const last = messages.at(-1)
    if (event.kind === 'head')
      messages.push({
        start: startText(event.head),
        fields: fieldsText(event.head.headers),
        body: '',
        trailers: '',
        isEnded: false,
      })
    else if (event.kind === 'switch') verdict = 'switched'
    else if (event.kind === 'error') verdict = 'refused'
    else if (last !== undefined && event.kind === 'body')
      last.body += Buffer.from(event.bytes).toString('latin1')
    else if (last !== undefined && event.kind === 'end') {
      last.trailers = fieldsText(event.trailers)
      last.isEnded = true
    }
  }
  return { verdict, messages }
}

function startText(head: RequestHead | ResponseHead): string {
  return 'method' in head ? `${head.method} ${head.target} ${head.version}` : `${head.version} ${head.reason}`
}

function partsOf({ input }: Vector): readonly string[] {
  const target = Buffer.from(input).toString('latin1').slice('GET '.length, -' HTTP/1.1\r\n\r\n'.length)
  const { scheme, authority, path, query, fragment } = parseTarget('GET', target) ?? {}
  return [
    ['schema', scheme],
    ['host', authority],
    ['path', path],
    ['query', query],
    ['fragment', fragment],
  ]
    .filter(([, text]) => typeof text === 'string')
    .map(([name, text]) => `${name}=${text}`)
}

const folder = vectorsFolder()
const isDemanded = !['', 'false'].includes(process.env['CI'] ?? '')
if (folder === null)
  console.warn('the vectors of llhttp are not there: set CONFORMANCE_DIR to test against them')
const vectors = folder === null ? [] : readVectors(folder)

describe('the vectors of llhttp', () => {
  test.runIf(folder !== null || isDemanded)('are there, in full', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(255)
  })

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const { input, verdict, messages, kind, parts } = vector
    if (kind === 'target') {
      expect(parse(vector, [input]).verdict).toBe(verdict)
      if (verdict !== 'refused') expect(partsOf(vector)).toEqual(parts)
    } else expect(parse(vector, [input])).toEqual({ verdict, messages })
    const whole = parse(vector, [input])
    expect(
      parse(
        vector,
        [...input].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole)
    fc.assert(
      fc.property(fc.array(fc.nat(input.length), { maxLength: 12 }), (places) => {
        expect(parse(vector, cut(input, places))).toEqual(whole)
      }),
      { numRuns: 20 },
    )
    countSuite('vectors of llhttp, each whole, byte by byte and in random splits', 1)
  })
})
