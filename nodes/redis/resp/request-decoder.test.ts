// Requests on the wire: whole, in any pieces, and what is none.

import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ProtocolError } from './protocol-error.ts'
import { RequestDecoder } from './request-decoder.ts'
import { encodeCommand } from './request-encoder.ts'
import { splitArguments } from './split-arguments.ts'
import { cut } from '../../../sim/net/testing/pieces.ts'

/** The commands that come of bytes in pieces, and the error that ends them. */
function decoded(
  pieces: readonly Uint8Array[],
  decoder = new RequestDecoder(),
): { readonly commands: readonly (readonly string[])[]; readonly error: string | null } {
  const commands: (readonly string[])[] = []
  try {
    for (const piece of pieces) {
      decoder.push(piece)
      for (let args = decoder.next(); args !== null; args = decoder.next()) commands.push(args)
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { commands, error: error.message }
  }
  return { commands, error: null }
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

const byteString = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
})
const command = fc.array(byteString, { minLength: 1, maxLength: 6 })
const cuts = fc.array(fc.nat(600), { maxLength: 20 })

describe('commands', () => {
  test('come back as they were sent, however the stream was cut', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 8 }), cuts, (sent, places) => {
        const wire = bytes(sent.map(encodeCommand).join(''))
        expect(decoded(cut(wire, places)).commands).toEqual(sent)
      }),
    )
  })

  test('of many chunks cost no more than their bytes', () => {
    const decoder = new RequestDecoder()
    const wire = bytes(encodeCommand(['SET', 'key', 'x'.repeat(4_000_000)]))
    const pieces = Array.from({ length: Math.ceil(wire.length / 1000) }, (_, at) =>
      wire.subarray(at * 1000, at * 1000 + 1000),
    )
    expect(decoded(pieces, decoder).commands[0]?.[2]?.length).toBe(4_000_000)
    expect(decoder.buffered).toBe(0)
  })

  test('may be lines with quotes', () => {
    expect(decoded([bytes("SET a \"b c\\x41\\n\"\r\n  \r\nget 'it\\'s'\nping\r\n")])).toEqual({
      commands: [['SET', 'a', 'b cA\n'], ['get', "it's"], ['ping']],
      error: null,
    })
  })

  test('without arguments are none', () => {
    expect(decoded([bytes('*0\r\n*-1\r\n\r\n*1\r\n$4\r\nPING\r\n')]).commands).toEqual([['PING']])
  })
})

describe('what is no request is refused as by Redis', () => {
  test.each([
    ['*1\r\n:1\r\n', "expected '$', got ':'"],
    ['*x\r\n', 'invalid multibulk length'],
    ['*1048577\r\n', 'invalid multibulk length'],
    ['*1\r\n$-1\r\n', 'invalid bulk length'],
    ['*1\r\n$536870913\r\n', 'invalid bulk length'],
    ['get "a\r\n', 'unbalanced quotes in request'],
    ['x'.repeat(65_537), 'too big inline request'],
    [`*${'1'.repeat(65_537)}`, 'too big mbulk count string'],
    [`*1\r\n$${'1'.repeat(65_537)}`, 'too big bulk count string'],
  ])('%j', (text, error) => {
    expect(decoded([bytes(text)]).error).toBe(error)
  })

  test('long requests before AUTH', () => {
    const refused = (text: string): string | null => {
      const decoder = new RequestDecoder()
      decoder.isAuthenticated = false
      return decoded([bytes(text)], decoder).error
    }
    expect(refused('*11\r\n')).toBe('unauthenticated multibulk length')
    expect(refused('*1\r\n$16385\r\n')).toBe('unauthenticated bulk length')
  })

  test('random and mutated bytes end in commands or in that error, the same in any pieces', () => {
    const noise = fc.oneof(
      byteString,
      fc
        .tuple(fc.array(command, { minLength: 1, maxLength: 4 }), fc.nat(200), byteString)
        .map(([sent, at, patch]) => {
          const wire = sent.map(encodeCommand).join('')
          return wire.slice(0, at) + patch.slice(0, 3) + wire.slice(at + 2)
        }),
      fc
        .array(fc.constantFrom('*', '$', '1', '2', '-1', '\r\n', '\r', '\n', 'a', '"', "'", '\\'), {
          maxLength: 40,
        })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(noise, cuts, (text, places) => {
        expect(decoded(cut(bytes(text), places))).toEqual(decoded([bytes(text)]))
      }),
      { numRuns: 300 },
    )
  })
})

test('quotes are closed before a blank', () => {
  expect(splitArguments('a "b"c')).toBeNull()
  expect(splitArguments("'a")).toBeNull()
  expect(splitArguments('')).toEqual([])
  expect(splitArguments('"" \'\'')).toEqual(['', ''])
})
