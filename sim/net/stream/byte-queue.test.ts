import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { ByteQueue } from './byte-queue.ts'
import { cut, joined } from '../testing/pieces.ts'

const cuts = fc.array(fc.nat(4000), { maxLength: 30 })

test('a queue of bytes gives what was put in, in any other pieces, and checks its bounds', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), cuts, cuts, (bytes, puts, takes) => {
      const queue = new ByteQueue()
      for (const piece of cut(bytes, puts)) queue.put(piece)
      expect(queue.length).toBe(bytes.length)
      for (const [from, byte] of bytes.entries()) expect(queue.indexOf(byte, from)).toBe(from)
      for (const byte of bytes) expect(queue.indexOf(byte)).toBe(bytes.indexOf(byte))
      expect(() => queue.take(bytes.length + 1)).toThrow(RangeError)
      const taken = cut(bytes, takes).map(({ length }) => Uint8Array.from(queue.take(length).bytes))
      expect(joined(taken)).toEqual(bytes)
      expect(queue.length).toBe(0)
    }),
  )
})

test('a byte is looked for behind those that are taken', () => {
  const queue = new ByteQueue()
  queue.put(new Uint8Array([1, 2, 3]))
  queue.put(new Uint8Array([4, 2]))
  queue.take(2)
  expect([queue.indexOf(2), queue.indexOf(3), queue.indexOf(1), queue.indexOf(4, 2)]).toEqual([2, 0, -1, -1])
})

test('what is taken has the cause of its last byte', () => {
  const queue = new ByteQueue()
  queue.put(new Uint8Array([1, 2]), 7)
  queue.put(new Uint8Array([3]), 9)
  expect([queue.take(1).cause, queue.take(2).cause, queue.length]).toEqual([7, 9, 0])
})
