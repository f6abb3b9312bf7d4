// Replies on the wire: what our writer writes is read as it was meant, in any pieces.

import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ProtocolError } from './protocol-error.ts'
import { type Reply, ReplyDecoder } from './reply-decoder.ts'
import { ReplyWriter } from './reply-writer.ts'
import { shown } from '../testing/wire.ts'
import { cut } from '../../../sim/net/testing/pieces.ts'

function decoded(pieces: readonly Uint8Array[]): readonly string[] {
  const decoder = new ReplyDecoder()
  const replies: Reply[] = []
  for (const piece of pieces) {
    decoder.push(piece)
    for (let reply = decoder.next(); reply !== null; reply = decoder.next()) replies.push(reply)
  }
  return replies.map(shown)
}

function everything(protocol: 2 | 3): string {
  const reply = new ReplyWriter()
  reply.protocol = protocol
  reply.ok()
  reply.error('ERR two\r\nlines')
  reply.integer(-5)
  reply.array(3)
  reply.bulk('a\r\nb')
  reply.null()
  reply.map(1)
  reply.bulk('key')
  reply.double(0.1)
  reply.set(0)
  reply.push(1)
  reply.boolean(true)
  reply.verbatim('text')
  reply.nullArray()
  return reply.take()
}

const cuts = fc.array(fc.nat(200), { maxLength: 20 })

test('RESP2 and RESP3 say the same each in its way', () => {
  expect(decoded([Buffer.from(everything(2), 'latin1')])).toEqual([
    '+OK',
    '-ERR two  lines',
    ':-5',
    '*["a\\r\\nb" _ *["key" "0.10000000000000001"]]',
    '*[]',
    '*[:1]',
    '"text"',
    '_',
  ])
  expect(decoded([Buffer.from(everything(3), 'latin1')])).toEqual([
    '+OK',
    '-ERR two  lines',
    ':-5',
    '*["a\\r\\nb" _ %["key" ,0.10000000000000001]]',
    '~[]',
    '>[#true]',
    '=txt:"text"',
    '_',
  ])
})

test('replies do not depend on how the stream was cut', () => {
  fc.assert(
    fc.property(fc.constantFrom<2 | 3>(2, 3), cuts, (protocol, places) => {
      const wire = Buffer.from(everything(protocol), 'latin1')
      expect(decoded(cut(wire, places))).toEqual(decoded([wire]))
    }),
  )
})

test('random bytes end in replies or in a protocol error', () => {
  const noise = fc.array(
    fc.constantFrom('*', '$', '%', '~', '>', '_', ',', '#', '1', '2', '-1', '\r\n', 'a', '999999999'),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(noise, (parts) => {
      try {
        decoded([Buffer.from(parts.join(''), 'latin1')])
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError)
      }
    }),
    { numRuns: 500 },
  )
})
