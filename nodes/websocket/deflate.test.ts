import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { MessageDeflater, MessageInflater } from './index.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A message in as many slices as it takes. */
function inflate(inflater: MessageInflater, payload: Uint8Array, max: number): Uint8Array {
  inflater.begin(payload, max)
  for (;;) {
    const message = inflater.next()
    if (message !== null) return message
  }
}

describe('compressed messages (RFC 7692)', () => {
  const direction = { windowBits: 15, isContextless: false }

  test.each([
    ['one of a fixed block (7.2.3.1)', ['f2 48 cd c9 c9 07 00']],
    ['two that share a window (7.2.3.2)', ['f2 48 cd c9 c9 07 00', 'f2 00 11 00 00']],
    ['one of a block without compression (7.2.3.3)', ['00 05 00 fa ff 48 65 6c 6c 6f 00']],
    ['one whose block says it is the last (7.2.3.4)', ['f3 48 cd c9 c9 07 00 00']],
    ['one of two blocks (7.2.3.5)', ['f2 48 05 00 00 00 ff ff ca c9 c9 07 00']],
  ])('%s', (_, payloads) => {
    const inflater = new MessageInflater(direction)
    for (const payload of payloads)
      expect(Buffer.from(inflate(inflater, hex(payload), 100)).toString()).toBe('Hello')
  })

  test('blocks behind one that says it is the last are not lost', () => {
    const inflater = new MessageInflater(direction)
    const payload = hex('f3 48 cd c9 c9 07 00 00 05 00 fa ff 48 65 6c 6c 6f 00')
    expect(Buffer.from(inflate(inflater, payload, 100)).toString()).toBe('HelloHello')
  })

  test.each([
    [{ windowBits: 15, isContextless: false }],
    [{ windowBits: 9, isContextless: false }],
    [{ windowBits: 12, isContextless: true }],
  ])('come back with %o, however many', (agreed) => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 2000 }),
            fc.string().map((text) => utf8(text.repeat(50))),
          ),
          { maxLength: 12 },
        ),
        (messages) => {
          const deflater = new MessageDeflater(agreed)
          const inflater = new MessageInflater(agreed)
          for (const message of messages)
            expect(Buffer.compare(inflate(inflater, deflater.deflate(message), 10_000_000), message)).toBe(0)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('a message that was said before is sent in a few bytes, where the window is kept', () => {
    const message = Uint8Array.from({ length: 3000 }, (_, place) => (place * place * 31 + (place >> 3)) & 255)
    const sizes = (isContextless: boolean): readonly number[] => {
      const deflater = new MessageDeflater({ windowBits: 15, isContextless })
      return [deflater.deflate(message).length, deflater.deflate(message).length]
    }
    const [first = 0, second = 0] = sizes(false)
    expect(second).toBeLessThan(first / 5)
    expect(new Set(sizes(true)).size).toBe(1)
  })

  test('one that inflates beyond the limit is stopped there, and damage has its own code', () => {
    const bomb = new MessageDeflater(direction).deflate(new Uint8Array(50_000_000))
    expect(bomb.length).toBeLessThan(60_000)
    expect(() => inflate(new MessageInflater(direction), bomb, 1_000_000)).toThrow('at most 1000000')
    expect(() => inflate(new MessageInflater(direction), hex('07 ff'), 100)).toThrow('DEFLATE')
  })

  test('however many blocks say that they are the last, each is read', () => {
    const payload = hex(`${'f3 48 cd c9 c9 07 00 '.repeat(40)} 00`)
    expect(Buffer.from(inflate(new MessageInflater(direction), payload, 1000)).toString()).toBe(
      'Hello'.repeat(40),
    )
  })

  test('a message that ends within a block is damaged, and one of no bytes at all is empty', () => {
    expect(() => inflate(new MessageInflater(direction), hex('f2 48 cd'), 100)).toThrow('wanted DEFLATE')
    expect(inflate(new MessageInflater(direction), hex(''), 100)).toHaveLength(0)
  })
})
