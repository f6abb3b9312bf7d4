// Inflates one message (DEFLATE, RFC 1951), in slices of bounded work, and refuses what is made to cost work. zlib cannot be
// asked for that: its synchronous calls do all the work there is, and its streams work on threads, whose order no simulation
// could repeat.

import { closeCodes } from './close-code.ts'
import { HuffmanCode } from './huffman-code.ts'
import type { InflationWindow } from './inflation-window.ts'
import { WebSocketError } from './websocket-error.ts'

/**
 * So many blocks may a message have, besides one for each 64 bytes it inflates to: an empty block costs as much work as hundreds of
 * bytes, and takes ten. Compressors begin a block after 127 bytes at the earliest, or where somebody flushes: twice for each
 * fragment.
 */
export const blocksFree = 16_384
const bytesOfBlock = 64

/** So much work is done in one slice, a symbol being 1: some two milliseconds. */
const sliceWork = 50_000
const blockWork = 50
const dynamicBlockWork = 500

/** The four bytes with which a sync flush ends, and which are not sent (RFC 7692, section 7.2.1). */
export const flushTail: Uint8Array = Uint8Array.of(0, 0, 0xff, 0xff)
/** Behind the end there is something to be read, so that it need not be looked for at every bit. */
const padding = 4

/** How many bits follow a length's symbol, and a distance's (section 3.2.5). */
const lengthBits = Uint8Array.from({ length: 29 }, (_, symbol) =>
  symbol < 8 || symbol === 28 ? 0 : (symbol >> 2) - 1,
)
const distanceBits = Uint8Array.from({ length: 30 }, (_, symbol) => (symbol < 2 ? 0 : (symbol >> 1) - 1))
const lengthBases = basesOf(lengthBits, 3)
// The last is not what follows from those before it.
lengthBases[28] = 258
const distanceBases = basesOf(distanceBits, 1)
const codeLengthOrder = Uint8Array.of(16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
const endOfBlock = 256

const fixedLiterals = new HuffmanCode(288)
fixedLiterals.make(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
)
const fixedDistances = new HuffmanCode(32)
fixedDistances.make(new Uint8Array(32).fill(5))

/** What the symbols stand for, before the bits that follow them are added. */
function basesOf(bits: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(bits.length)
  let base = first
  for (const [symbol, count] of bits.entries()) {
    bases[symbol] = base
    base += 1 << count
  }
  return bases
}

type State = 'between' | 'stored' | 'coded' | 'over'

/** A message that is being inflated. */
export class Inflation {
  readonly #input: Uint8Array
  readonly #end: number
  readonly #window: InflationWindow
  readonly #max: number
  #place = 0
  #bits = 0
  #bitCount = 0
  #state: State = 'between'
  #isLast = false
  #blocks = 0
  #storedLeft = 0
  #literals = fixedLiterals
  #distances = fixedDistances
  #ownLiterals: HuffmanCode | null = null
  #ownDistances: HuffmanCode | null = null
  #workLeft = 0

  /** `payload` is as it was sent, without the tail of its flush; `max` is how many bytes it may inflate to. */
  constructor(payload: Uint8Array, window: InflationWindow, max: number) {
    this.#end = payload.length === 0 ? 0 : payload.length + flushTail.length
    this.#input = new Uint8Array(this.#end + padding)
    this.#input.set(payload)
    if (this.#end > 0) this.#input.set(flushTail, payload.length)
    this.#window = window
    this.#max = max
    if (this.#end === 0) this.#state = 'over'
  }

  /** How many blocks were begun. */
  get blocks(): number {
    return this.#blocks
  }

  /** Inflates on. The message once it is whole, else null: there is more to do. Throws a WebSocketError, after which it is over. */
  next(): Uint8Array | null {
    this.#workLeft = sliceWork
    while (this.#state !== 'over') {
      if (this.#workLeft <= 0) return null
      if (this.#state === 'between') this.#beginBlock()
      else if (this.#state === 'stored') this.#copyStored()
      else this.#readSymbols()
    }
    return this.#window.take()
  }

  #beginBlock(): void {
    if (++this.#blocks > blocksFree + this.#window.length / bytesOfBlock)
      throw tooManyBlocks(this.#blocks, this.#window.length)
    this.#isLast = this.#take(1) === 1
    const kind = this.#take(2)
    this.#workLeft -= kind === 2 ? dynamicBlockWork : blockWork
    if (kind === 0) this.#beginStored()
    else if (kind === 1) this.#beginCoded(fixedLiterals, fixedDistances)
    else if (kind === 2) this.#beginDynamic()
    else throw this.#damaged('a block of an unknown kind')
  }

  #beginStored(): void {
    this.#align()
    const length = this.#take(16)
    if (this.#take(16) !== (length ^ 0xffff))
      throw this.#damaged('a length of a stored block that is not what it says')
    this.#storedLeft = length
    this.#state = 'stored'
    if (length === 0) this.#endBlock()
  }

  #copyStored(): void {
    // What was read ahead is whole bytes.
    this.#align()
    this.#place -= this.#bitCount >>> 3
    this.#bits = 0
    this.#bitCount = 0
    const length = this.#storedLeft
    if (this.#place + length > this.#end) throw endedEarly()
    this.#refuseSize(this.#window.length + length)
    this.#window.append(this.#input.subarray(this.#place, this.#place + length))
    this.#place += length
    this.#workLeft -= length >>> 3
    this.#endBlock()
  }

  #beginCoded(literals: HuffmanCode, distances: HuffmanCode): void {
    this.#literals = literals
    this.#distances = distances
    this.#state = 'coded'
  }

  #beginDynamic(): void {
    const literalCount = this.#take(5) + 257
    const distanceCount = this.#take(5) + 1
    const lengthCount = this.#take(4) + 4
    if (literalCount > 286 || distanceCount > 30) throw this.#damaged('a block with too many symbols')
    const codeLengths = new Uint8Array(19)
    for (let count = 0; count < lengthCount; count++)
      codeLengths[codeLengthOrder[count] as number] = this.#take(3)
    const literals = (this.#ownLiterals ??= new HuffmanCode(288))
    // Its symbols are the lengths of the two codes, and repetitions of them.
    if (literals.make(codeLengths) !== 'complete') throw this.#damaged('code lengths that are no code')
    const lengths = this.#readLengths(literals, literalCount + distanceCount)
    const distances = (this.#ownDistances ??= new HuffmanCode(32))
    const isFine =
      lengths[endOfBlock] !== 0 &&
      literals.make(lengths.subarray(0, literalCount)) !== 'wrong' &&
      distances.make(lengths.subarray(literalCount)) !== 'wrong'
    if (!isFine) throw this.#damaged('symbols that are no code')
    this.#beginCoded(literals, distances)
  }

  #readLengths(code: HuffmanCode, count: number): Uint8Array {
    const lengths = new Uint8Array(count)
    for (let place = 0; place < count;) {
      const symbol = this.#takeSymbol(code)
      if (symbol < 16) {
        lengths[place++] = symbol
        continue
      }
      if (symbol === 16 && place === 0) throw this.#damaged('a repetition of no length')
      const repeated = symbol === 16 ? (lengths[place - 1] as number) : 0
      const times = symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7)
      if (place + times > count) throw this.#damaged('more lengths than symbols')
      lengths.fill(repeated, place, place + times)
      place += times
    }
    return lengths
  }

  /** Up to the end of the block, or of the slice. */
  #readSymbols(): void {
    const window = this.#window
    while (this.#workLeft > 0) {
      const symbol = this.#takeSymbol(this.#literals)
      this.#workLeft--
      if (symbol < endOfBlock) window.put(symbol)
      else if (symbol === endOfBlock) return this.#endBlock()
      else this.#copyMatch(symbol - endOfBlock - 1)
      if (window.length > this.#max) this.#refuseSize(window.length)
    }
  }

  #copyMatch(lengthSymbol: number): void {
    if (lengthSymbol >= lengthBases.length) throw this.#damaged('a length that there is not')
    const length = (lengthBases[lengthSymbol] as number) + this.#take(lengthBits[lengthSymbol] as number)
    const symbol = this.#takeSymbol(this.#distances)
    if (symbol >= distanceBases.length) throw this.#damaged('a distance that there is not')
    const distance = (distanceBases[symbol] as number) + this.#take(distanceBits[symbol] as number)
    if (distance > this.#window.reach) throw this.#damaged('a repetition of what never was')
    this.#window.repeat(distance, length)
    this.#workLeft -= length >>> 3
  }

  #endBlock(): void {
    this.#state = 'between'
    if (this.#isLast) {
      this.#align()
      // More is there only behind the byte with which it was made to end as others do (RFC 7692, section 7.2.3.4).
      if (this.#bitsLeft <= 8 * flushTail.length) this.#state = 'over'
    } else if (this.#bitsLeft === 0) this.#state = 'over'
    if (this.#bitsLeft < 0) throw endedEarly()
  }

  get #bitsLeft(): number {
    return 8 * (this.#end - this.#place) + this.#bitCount
  }

  #takeSymbol(code: HuffmanCode): number {
    this.#need(15)
    const found = code.find(this.#bits)
    if (found === 0) throw this.#damaged('bits that are no symbol')
    this.#drop(found & 15)
    return found >>> 4
  }

  /** The next bits, 16 at the most. */
  #take(count: number): number {
    this.#need(count)
    const taken = this.#bits & ((1 << count) - 1)
    this.#drop(count)
    return taken
  }

  #need(count: number): void {
    if (this.#bitCount >= count) return
    const place = this.#place
    if (place >= this.#end + padding - 1) throw endedEarly()
    this.#bits |=
      ((this.#input[place] as number) | ((this.#input[place + 1] as number) << 8)) << this.#bitCount
    this.#place = place + 2
    this.#bitCount += 16
  }

  #drop(count: number): void {
    this.#bits >>>= count
    this.#bitCount -= count
  }

  /** Forgets the bits before the next whole byte. */
  #align(): void {
    this.#drop(this.#bitCount & 7)
  }

  /** What is read behind the end is not what somebody sent. */
  #damaged(what: string): WebSocketError {
    return this.#bitsLeft <= 0 ? endedEarly() : damaged(what)
  }

  #refuseSize(size: number): void {
    if (size <= this.#max) return
    throw new WebSocketError(
      closeCodes.messageTooBig,
      'a message that inflates to more',
      `at most ${this.#max} bytes`,
    )
  }
}

function damaged(what: string): WebSocketError {
  return new WebSocketError(closeCodes.invalidPayload, what, 'DEFLATE')
}

function endedEarly(): WebSocketError {
  return damaged('the end of a message within a block')
}

function tooManyBlocks(blocks: number, size: number): WebSocketError {
  return new WebSocketError(
    closeCodes.policyViolation,
    `block ${blocks} of a message of ${size} bytes so far`,
    `at most ${blocksFree} and one for each ${bytesOfBlock} bytes`,
  )
}
