import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type Framing, FramingError, jsonLines, lengthPrefixed, lines } from './index.ts'
import type { Data } from '../../sim/index.ts'
import { cut, joined } from '../../sim/net/testing/pieces.ts'

const encoder = new TextEncoder()

function decode<F>(framing: Framing<F>, pieces: readonly Uint8Array[]): readonly F[] {
  const decoder = framing.decoder()
  const frames = pieces.flatMap((piece) => [...decoder.push(piece)])
  decoder.end()
  return frames
}

const cuts = fc.array(fc.nat(4000), { maxLength: 30 })

/** Frames that were sent as one stream, and cut anywhere. */
function passed<F>(framing: Framing<F>, sent: readonly F[], places: readonly number[]): readonly F[] {
  return decode(framing, cut(joined(sent.map((frame) => framing.encode(frame))), places))
}

describe('frames come back as they were, however the stream was cut', () => {
  const texts = fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\r\n]/g, ' ')))
  const values = fc.array(fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Data))

  test('lines', () => {
    fc.assert(
      fc.property(texts, cuts, (sent, places) => {
        expect(passed(lines(), sent, places)).toEqual(sent)
      }),
    )
  })

  test('JSON lines', () => {
    fc.assert(
      fc.property(values, cuts, (sent, places) => {
        expect(passed(jsonLines(), sent, places)).toEqual(sent)
      }),
    )
  })

  test('length prefixes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), cuts, (sent, places) => {
        expect(passed(lengthPrefixed(), sent, places)).toEqual(sent)
      }),
    )
  })
})

describe('a decoder', () => {
  test('takes CR LF for a line end as well, and keeps empty lines', () => {
    expect(decode(lines(), [encoder.encode('a\r\n\nb\r'), encoder.encode('\n')])).toEqual(['a', '', 'b'])
  })

  test('refuses a frame that is too large before it is whole', () => {
    const decoder = lines(4).decoder()
    expect([...decoder.push(encoder.encode('1234\n'))]).toEqual(['1234'])
    expect(() => [...decoder.push(encoder.encode('123456'))]).toThrow('at most 4')
    expect(() => decode(lengthPrefixed(4), [new Uint8Array([0, 0, 0, 5])])).toThrow('a frame of 5 bytes')
    expect(() => lines(4).encode('12345')).toThrow(FramingError)
  })

  test('gives what was whole before a bad frame, however the stream was cut', () => {
    const bytes = encoder.encode('a\nb\nlonger\nc\n')
    fc.assert(
      fc.property(cuts, (places) => {
        const decoder = lines(4).decoder()
        const frames: string[] = []
        expect(() => {
          for (const piece of cut(bytes, places)) for (const frame of decoder.push(piece)) frames.push(frame)
        }).toThrow(FramingError)
        expect(frames).toEqual(['a', 'b'])
      }),
    )
  })

  test('refuses what is no text, no JSON, or ends in the middle', () => {
    expect(() => decode(lines(), [new Uint8Array([0xff, 10])])).toThrow('UTF-8')
    expect(() => decode(jsonLines(), [encoder.encode('{"a":\n')])).toThrow('wanted JSON')
    expect(() => decode(lines(), [encoder.encode('half')])).toThrow('the end of the stream in a line')
    expect(() => decode(lengthPrefixed(), [new Uint8Array([0, 0, 0, 2, 1])])).toThrow('in a frame')
    expect(() => lines().encode('a\nb')).toThrow('one line')
  })

  test('refuses values that go too deep, before anybody goes into them, and does not write such', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    const bytes = (levels: number): Uint8Array => new TextEncoder().encode(`${deep(levels)}\n`)
    expect(decode(jsonLines(), [bytes(500)])).toHaveLength(1)
    expect(() => decode(jsonLines(), [bytes(501)])).toThrow(FramingError)
    expect(() => decode(jsonLines(), [bytes(4_000_000)])).toThrow(
      'got a deeper value, wanted at most 500 levels',
    )
    expect(() => jsonLines().encode(JSON.parse(deep(100_000)) as Data)).toThrow(FramingError)
    expect(decode(jsonLines(), [new TextEncoder().encode(`${JSON.stringify('['.repeat(1000))}\n`)])).toEqual([
      '['.repeat(1000),
    ])
  })

  test('never fails but by an error of its own, whatever comes', () => {
    for (const framing of [lines(64), jsonLines(64), lengthPrefixed(64)])
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), (pieces) => {
          try {
            decode<unknown>(framing, pieces)
          } catch (error) {
            expect(error).toBeInstanceOf(FramingError)
          }
        }),
      )
  })
})
