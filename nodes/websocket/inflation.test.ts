import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { encodeFrame, MessageDecoder, MessageInflater, opcodes, WebSocketError } from './index.ts'
import { blocksFree, flushTail, Inflation } from './inflation.ts'
import { InflationWindow } from './inflation-window.ts'
import { randomBytes } from './testing/random-bytes.ts'

const max = 16 * 1024 * 1024

interface Told {
  readonly bytes: Uint8Array | null
  readonly problem: WebSocketError | null
  readonly blocks: number
  /** The most blocks that were begun in one slice, and bytes that were made in one. */
  readonly blocksOfSlice: number
  readonly bytesOfSlice: number
  readonly slices: number
}

/** Inflates, and watches what each slice does. */
function inflateBySlices(payload: Uint8Array, size = max): Told {
  const window = new InflationWindow(32 * 1024)
  const inflation = new Inflation(payload, window, size)
  let [blocksOfSlice, bytesOfSlice, slices] = [0, 0, 0]
  for (;;) {
    const [blocks, length] = [inflation.blocks, window.length]
    slices++
    try {
      const bytes = inflation.next()
      const made = (bytes?.length ?? window.length) - length
      blocksOfSlice = Math.max(blocksOfSlice, inflation.blocks - blocks)
      bytesOfSlice = Math.max(bytesOfSlice, made)
      if (bytes !== null)
        return { bytes, problem: null, blocks: inflation.blocks, blocksOfSlice, bytesOfSlice, slices }
    } catch (problem) {
      if (!(problem instanceof WebSocketError)) throw problem
      blocksOfSlice = Math.max(blocksOfSlice, inflation.blocks - blocks)
      return { bytes: null, problem, blocks: inflation.blocks, blocksOfSlice, bytesOfSlice, slices }
    }
  }
}

/** Bits in the order of DEFLATE, repeated. */
function bitsOf(text: string, times = 1): Uint8Array {
  const all = text.replaceAll(' ', '')
  const bytes = new Uint8Array(Math.ceil((all.length * times) / 8))
  for (let place = 0; place < all.length * times; place++)
    if (all[place % all.length] === '1') bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7))
  return bytes
}

const number = (value: number, bits: number): string =>
  Array.from({ length: bits }, (_, place) => (value >> place) & 1).join('')

/** A block of nothing that says at length by which code it says so: 92 bits. */
const emptyDynamic = [
  '0 01',
  // 257 literals, 1 distance, 18 lengths: the symbol 18 has one bit, 0 and 1 have two.
  number(0, 5) + number(0, 5) + number(14, 4),
  ...[0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2].map((length) => number(length, 3)),
  // 138 and 118 zeros, the end of the block has one bit, no distance.
  `0 ${number(127, 7)} 0 ${number(107, 7)} 11 10`,
  '0',
].join('')
const emptyFixed = '0 10 0000000'

describe('what was made to cost work', () => {
  test('an empty dynamic block is one that zlib takes', () => {
    const bytes = Buffer.concat([bitsOf(emptyDynamic, 8), bitsOf('000'), flushTail])
    expect(inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })).toHaveLength(0)
    expect(inflateBySlices(bytes.subarray(0, -4))).toMatchObject({ bytes: new Uint8Array(0), blocks: 9 })
  })

  test.each([
    ['4 MiB of empty blocks with codes of their own', bitsOf(emptyDynamic, (4 * 1024 * 1024 * 8) / 92), 101],
    ['4 MiB of empty blocks with the fixed code', bitsOf(emptyFixed, (4 * 1024 * 1024 * 8) / 10), 1001],
    ['empty stored blocks', Buffer.alloc(2_500_000, Uint8Array.of(0, 0, 0, 0xff, 0xff)), 1001],
    ['empty blocks that say they are the last', Buffer.alloc(100_000, Uint8Array.of(3, 0)), 1001],
  ])('%s: so many blocks are begun, few at a time, and no more', (_, payload, few) => {
    const { problem, blocks, blocksOfSlice } = inflateBySlices(payload)
    expect(problem).toMatchObject({ code: 1008, message: expect.stringContaining('at most 16384') })
    expect(blocks).toBe(blocksFree + 1)
    expect(blocksOfSlice).toBeLessThanOrEqual(few)
  })

  test('bytes that cost little to send earn one block for 64 of them', () => {
    // 1 MiB of zeros in about a thousand bytes, then blocks of nothing, on a byte's boundary.
    const zeros = deflateRawSync(new Uint8Array(1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH })
    const payload = Buffer.concat([zeros, bitsOf(emptyDynamic, 80_000)])
    const { problem, blocks, blocksOfSlice } = inflateBySlices(payload)
    expect(problem?.message).toContain('of a message of 1048576 bytes so far')
    expect(blocks).toBe(blocksFree + (1024 * 1024) / 64 + 1)
    expect(blocksOfSlice).toBeLessThanOrEqual(101)
  })

  test('a bomb is inflated a piece at a time, and only as far as it may', () => {
    const bomb = deflateRawSync(new Uint8Array(20 * 1024 * 1024), { finishFlush: constants.Z_SYNC_FLUSH })
    const { problem, bytesOfSlice, slices } = inflateBySlices(bomb.subarray(0, -4))
    expect(problem).toMatchObject({ code: 1009, message: expect.stringContaining(`at most ${max} bytes`) })
    // A byte of what is repeated is an eighth of a unit of work, of which a slice has 50,000.
    expect(bytesOfSlice).toBeLessThan(420_000)
    expect(slices).toBeGreaterThan(35)
  })
})

describe('what is honest passes', () => {
  test('16 MiB that nothing can be made of, compressed, with the limits that there are', () => {
    const message = randomBytes(max)
    const payload = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
    expect(payload.length).toBeGreaterThan(max)
    const inflater = new MessageInflater({ windowBits: 15, isContextless: false })
    const decoder = new MessageDecoder({ isMasked: false, inflater })
    decoder.push(encodeFrame({ opcode: opcodes.binary, payload, isCompressed: true }))
    let next = decoder.next()
    for (; next?.kind === 'working';) next = decoder.next()
    expect(next?.kind === 'binary' ? Buffer.compare(next.bytes, message) : next).toBe(0)
  })

  test.each([
    ['bytes of chance', randomBytes(200_000)],
    ['hexadecimal digits', Buffer.from(Buffer.from(randomBytes(100_000)).toString('hex'))],
    ['words', Buffer.from('größer, kleiner, gleich; '.repeat(7_000))],
    ['zeros', new Uint8Array(200_000)],
  ])('%s, by compressors that begin blocks as often as any', (_, message) => {
    for (const memLevel of [1, 8])
      for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_FIXED])
        for (const level of [0, 1, 6]) {
          const options = { memLevel, strategy, level, finishFlush: constants.Z_SYNC_FLUSH }
          const told = inflateBySlices(deflateRawSync(message, options).subarray(0, -4))
          expect(told.problem).toBeNull()
          expect(Buffer.compare(told.bytes ?? new Uint8Array(0), message)).toBe(0)
          expect(told.blocks).toBeLessThan(10 + message.length / 100)
        }
  })

  test('a message that was flushed after each of 8,000 bytes', () => {
    const one = deflateRawSync(Uint8Array.of(7), { finishFlush: constants.Z_SYNC_FLUSH })
    const flushed = Buffer.alloc(8000 * one.length, one)
    expect(inflateBySlices(flushed.subarray(0, -4)).bytes).toHaveLength(8000)
  })
})

test('zlib says the same of everything, whole or damaged', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string().map((text) => Buffer.from(text.repeat(30))),
        ),
      ),
      fc.record({
        level: fc.integer({ min: 0, max: 9 }),
        memLevel: fc.integer({ min: 1, max: 9 }),
        strategy: fc.constantFrom(0, 1, 2, 3, 4),
        windowBits: fc.integer({ min: 9, max: 15 }),
      }),
      fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 2 }),
      fc.option(fc.nat(4000)),
      (pieces, options, changes, end) => {
        const payload = deflateRawSync(Buffer.concat(pieces), {
          ...options,
          finishFlush: constants.Z_SYNC_FLUSH,
        }).subarray(0, -4)
        for (const [place, byte] of changes) if (place < payload.length) payload[place] = byte
        compare(payload.subarray(0, end ?? payload.length))
      },
    ),
    { numRuns: 600 },
  )
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), compare), { numRuns: 600 })
})

/** Ours asks for more: a message ends where a block does, and is read on behind a last block. */
function compare(payload: Uint8Array): void {
  const { bytes, problem } = inflateBySlices(payload)
  const theirs = byZlib(payload)
  if (theirs === null) {
    expect(problem).not.toBeNull()
    return
  }
  const ours = bytes ?? theirs.bytes
  expect(Buffer.compare(ours.subarray(0, theirs.bytes.length), theirs.bytes)).toBe(0)
  if (theirs.rest > flushTail.length) return
  expect(ours).toHaveLength(theirs.bytes.length)
  // zlib waits for the bits of lengths of which there is none.
  if (problem !== null) expect(problem.message).toMatch(/within a block|code lengths that are no code/)
}

/** Null where it is damaged; else the bytes, and how many are left behind a last block. */
function byZlib(payload: Uint8Array): { readonly bytes: Uint8Array; readonly rest: number } | null {
  try {
    const whole = Buffer.concat([payload, flushTail])
    const inflated: unknown = inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH, info: true })
    const { buffer, engine } = inflated as { buffer: Uint8Array; engine: { bytesWritten: number } }
    return { bytes: buffer, rest: whole.length - engine.bytesWritten }
  } catch {
    return null
  }
}
