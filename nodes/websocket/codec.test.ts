import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  decodeClose,
  encodeClose,
  encodeFrame,
  type Frame,
  type Incoming,
  MessageDecoder,
  type DecoderOptions,
  MessageInflater,
  opcodes,
  WebSocketError,
} from './index.ts'
import { maskInPlace } from './masking.ts'
import { Utf8Validator } from './utf8-validator.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What comes of bytes in pieces, and how it ended. */
function decode(options: DecoderOptions, pieces: readonly Uint8Array[]): readonly (Incoming | number)[] {
  const decoder = new MessageDecoder(options)
  const found: (Incoming | number)[] = []
  try {
    for (const piece of pieces) {
      decoder.push(piece)
      for (let next = decoder.next(); next !== null; next = decoder.next())
        if (next.kind !== 'working') found.push(next)
    }
  } catch (error) {
    if (!(error instanceof WebSocketError)) throw error
    found.push(error.code)
  }
  return found
}

const ofServer = (...pieces: readonly Uint8Array[]) => decode({ isMasked: false }, pieces)
const bytewise = (bytes: Uint8Array): readonly Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte))

describe('the examples of RFC 6455, section 5.7', () => {
  const hello: Incoming = { kind: 'text', text: 'Hello' }

  test.each<[string, DecoderOptions, string, Incoming]>([
    ['an unmasked text', { isMasked: false }, '81 05 48 65 6c 6c 6f', hello],
    ['a masked text', { isMasked: true }, '81 85 37 fa 21 3d 7f 9f 4d 51 58', hello],
    ['a fragmented text', { isMasked: false }, '01 03 48 65 6c 80 02 6c 6f', hello],
    [
      'an unmasked ping',
      { isMasked: false },
      '89 05 48 65 6c 6c 6f',
      { kind: 'ping', payload: utf8('Hello') },
    ],
    [
      'a masked pong',
      { isMasked: true },
      '8a 85 37 fa 21 3d 7f 9f 4d 51 58',
      { kind: 'pong', payload: utf8('Hello') },
    ],
  ])('%s', (_, options, bytes, wanted) => {
    expect(decode(options, [hex(bytes)])).toEqual([wanted])
    expect(decode(options, bytewise(hex(bytes)))).toEqual([wanted])
  })

  test.each([
    [256, '82 7e 01 00'],
    [65_536, '82 7f 00 00 00 00 00 01 00 00'],
  ])('a binary message of %i bytes', (size, head) => {
    const payload = new Uint8Array(size).fill(7)
    const frame = encodeFrame({ opcode: opcodes.binary, payload })
    expect(frame.subarray(0, -size)).toEqual(hex(head))
    expect(ofServer(frame)).toEqual([{ kind: 'binary', bytes: payload }])
  })
})

describe('a decoder refuses', () => {
  test.each<[string, string, number]>([
    ['a reserved bit (5.2)', 'a1 00', 1002],
    ['compression that was not agreed on', 'c1 00', 1002],
    ['an opcode that there is not', '83 00', 1002],
    ['a control opcode that there is not', '8b 00', 1002],
    ['a masked frame of a server (5.1)', '81 80 00 00 00 00', 1002],
    ['a ping in fragments (5.5)', '09 00', 1002],
    ['a ping of 126 bytes (5.5)', '89 7e 00 7e', 1002],
    ['a length in 2 bytes that fits in 1 (5.2)', '82 7e 00 7d', 1002],
    ['a length in 8 bytes that fits in 2', '82 7f 00 00 00 00 00 00 ff ff', 1002],
    ['a length with the highest bit', '82 7f 80 00 00 00 00 00 00 00', 1002],
    ['a continuation of nothing (5.4)', '80 00', 1002],
    ['a message within another (5.4)', '01 00 81 00', 1002],
    ['a close frame of 1 byte (5.5.1)', '88 01 03', 1002],
    ['the close code 1005 (7.4)', '88 02 03 ed', 1002],
    ['a close reason that is no UTF-8', '88 03 03 e8 ff', 1007],
    ['a text that is no UTF-8 (8.1)', '81 01 ff', 1007],
    ['a text that ends within a character', '81 01 c3', 1007],
    ['a surrogate in the next fragment, at once', '01 01 ed 00 01 a0', 1007],
    ['a frame above the limit, before its payload', '82 7f 00 00 00 00 7f ff ff ff', 1009],
  ])('%s', (_, bytes, code) => {
    expect(ofServer(hex(bytes))).toEqual([code])
    expect(decode({ isMasked: false }, bytewise(hex(bytes)))).toEqual([code])
  })

  test('an unmasked frame of a client', () => {
    expect(decode({ isMasked: true }, [hex('81 00')])).toEqual([1002])
  })

  test('a message that is too big in all, and one of too many fragments', () => {
    const options = { isMasked: false, limits: { messageMax: 4, fragmentsMax: 3 } }
    expect(decode(options, [hex('02 03 01 02 03 80 02')])).toEqual([1009])
    expect(decode(options, [hex('02 00 00 00 00 00 80 00')])).toEqual([1008])
  })
})

test('control frames may stand between fragments, and characters may be cut by them', () => {
  const bytes = hex('01 01 c3 89 01 70 00 00 8a 00 80 01 bc 88 02 03 e8')
  expect(ofServer(bytes)).toEqual([
    { kind: 'ping', payload: utf8('p') },
    { kind: 'pong', payload: new Uint8Array(0) },
    { kind: 'text', text: 'ü' },
    { kind: 'close', code: 1000, reason: '' },
  ])
})

test('close codes and reasons come back, and what may not be sent is refused', () => {
  expect(decodeClose(encodeClose({ code: 3000, reason: 'größer' }))).toEqual({ code: 3000, reason: 'größer' })
  expect(decodeClose(encodeClose({ code: 1005, reason: '' }))).toEqual({ code: 1005, reason: '' })
  for (const code of [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 1000.5])
    expect(() => encodeClose({ code, reason: '' })).toThrow(RangeError)
  expect(() => encodeClose({ code: 1000, reason: 'ü'.repeat(62) })).toThrow('at most 123')
})

test('masking is the same wherever the bytes lie, and in pieces', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 70 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.nat(7),
      fc.nat(70),
      (bytes, key, shift, cut) => {
        const room = new Uint8Array(bytes.length + shift)
        room.set(bytes, shift)
        const place = Math.min(cut, bytes.length)
        maskInPlace(room.subarray(shift, shift + place), key)
        maskInPlace(room.subarray(shift + place), key, place)
        expect([...room.subarray(shift)]).toEqual(
          [...bytes].map((byte, index) => byte ^ (key[index & 3] ?? 0)),
        )
      },
    ),
  )
})

test('UTF-8 is told like the platform tells it, in any pieces', () => {
  const verdict = (pieces: readonly Uint8Array[]): boolean => {
    const validator = new Utf8Validator()
    return pieces.every((piece) => validator.push(piece)) && validator.isWhole
  }
  const platform = (bytes: Uint8Array): boolean => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes).length >= 0
    } catch {
      return false
    }
  }
  const lead = fc.constantFrom(
    0x41,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xe1,
    0xed,
    0xef,
    0xf0,
    0xf1,
    0xf4,
    0xf5,
    0xff,
  )
  fc.assert(
    fc.property(fc.array(lead, { maxLength: 6 }), (list) => {
      const bytes = Uint8Array.from(list)
      expect(verdict(bytewise(bytes))).toBe(platform(bytes))
      expect(verdict([bytes])).toBe(platform(bytes))
    }),
    { numRuns: 3000 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => verdict(bytewise(utf8(text)))))
})

const frames = fc.array(
  fc.record({
    isText: fc.boolean(),
    text: fc.string({ unit: 'binary', maxLength: 300 }),
    cuts: fc.integer({ min: 1, max: 90 }),
    ping: fc.boolean(),
  }),
  { maxLength: 6 },
)

describe('what costs work however small it is', () => {
  test('empty fragments without an end, and pings between them, are bounded together', () => {
    const begin = encodeFrame({ opcode: opcodes.text, payload: utf8(''), isFinal: false })
    const ping = encodeFrame({ opcode: opcodes.ping, payload: utf8('') })
    const more = encodeFrame({ opcode: opcodes.continuation, payload: utf8(''), isFinal: false })
    for (const each of [ping, more]) {
      const bytes = Buffer.concat([begin, ...Array.from({ length: 20 }, () => each)])
      const found = decode({ isMasked: false, limits: { fragmentsMax: 10 } }, [bytes])
      expect(found.at(-1)).toBe(1008)
      expect(found.length).toBeLessThanOrEqual(10)
    }
    // Outside of a message they say nothing but that the peer is there.
    const idle = Buffer.concat(Array.from({ length: 20 }, () => ping))
    expect(decode({ isMasked: false, limits: { fragmentsMax: 10 } }, [idle])).toHaveLength(20)
  })

  test('a compressed payload has a bound of its own', () => {
    const inflater = new MessageInflater({ windowBits: 15, isContextless: false })
    const payload = new Uint8Array(2000)
    const bytes = encodeFrame({ opcode: opcodes.binary, payload, isCompressed: true })
    expect(decode({ isMasked: false, inflater, limits: { compressedMax: 1000 } }, [bytes])).toEqual([1009])
    const plain = encodeFrame({ opcode: opcodes.binary, payload })
    expect(decode({ isMasked: false, inflater, limits: { compressedMax: 1000 } }, [plain])).toHaveLength(1)
  })
})

describe('whatever is sent', () => {
  test('comes back, in any fragments, with pings between, however the stream was cut', () => {
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 20 }),
        fc.boolean(),
        (sent, sizes, isMasked) => {
          const bytes = Buffer.concat(sent.flatMap((message) => [...written(message, isMasked)]))
          const found = decode({ isMasked }, cut(bytes, sizes))
          expect(found.filter((each) => typeof each === 'number' || each.kind !== 'ping')).toEqual(
            sent.map(({ isText, text }) =>
              isText
                ? { kind: 'text', text: Buffer.from(text).toString() }
                : { kind: 'binary', bytes: utf8(text) },
            ),
          )
        },
      ),
    )
  })

  test('random bytes and damaged frames only ever end in an error of the codec', () => {
    const damaged = fc
      .tuple(frames, fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 4 }))
      .map(([sent, changes]) => {
        const bytes = Buffer.concat(sent.flatMap((message) => [...written(message, true)]))
        for (const [place, byte] of changes) if (place < bytes.length) bytes[place] = byte
        return bytes
      })
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged),
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 9 }),
        fc.boolean(),
        (bytes, sizes, isMasked) => {
          const inflater = new MessageInflater({ windowBits: 15, isContextless: false })
          const whole = decode({ isMasked, inflater, limits: { messageMax: 5000 } }, [bytes])
          const again = new MessageInflater({ windowBits: 15, isContextless: false })
          expect(
            decode({ isMasked, inflater: again, limits: { messageMax: 5000 } }, cut(bytes, sizes)),
          ).toEqual(whole)
        },
      ),
      { numRuns: 500 },
    )
  })
})

function* written(
  {
    isText,
    text,
    cuts,
    ping,
  }: { readonly isText: boolean; readonly text: string; readonly cuts: number; readonly ping: boolean },
  isMasked: boolean,
): Generator<Uint8Array> {
  const payload = utf8(text)
  const frame = (each: Frame): Uint8Array =>
    encodeFrame(isMasked ? { ...each, maskingKey: Uint8Array.of(1, 2, 250, 4) } : each)
  for (let start = 0; start === 0 || start < payload.length; start += cuts) {
    yield frame({
      opcode: start > 0 ? opcodes.continuation : isText ? opcodes.text : opcodes.binary,
      payload: payload.subarray(start, start + cuts),
      isFinal: start + cuts >= payload.length,
    })
    if (ping) yield frame({ opcode: opcodes.ping, payload: utf8('?') })
  }
}

function cut(bytes: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  let start = 0
  for (const size of [...sizes, Infinity]) {
    if (start < bytes.length) pieces.push(bytes.subarray(start, start + size))
    start += size
  }
  return pieces
}
