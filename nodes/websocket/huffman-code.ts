// A prefix code of DEFLATE (RFC 1951, section 3.2.2): symbols by their bits, made from how many bits each symbol has. Short codes
// are looked up in a table; the rare long ones are found by counting, as the codes of one length follow each other.

/** So many bits has the longest code. */
export const codeBitsMax = 15

const fastBits = 9
const fastMask = (1 << fastBits) - 1

/** How a code fills the space of all bits: only a complete one can read everything. */
export type CodeFill = 'complete' | 'one' | 'none' | 'wrong'

/** A code, which is made anew for each block. */
export class HuffmanCode {
  /** By the next bits: the symbol and, in the lowest four bits, how many it has; 0 for those that have more, or are none. */
  readonly #fast = new Uint16Array(1 << fastBits)
  /** How many codes there are of each length. */
  readonly #counts = new Uint16Array(codeBitsMax + 1)
  /** The symbols in the order of their codes. */
  readonly #symbols: Uint16Array
  readonly #starts = new Uint16Array(codeBitsMax + 2)

  constructor(symbolsMax: number) {
    this.#symbols = new Uint16Array(symbolsMax)
  }

  /** Makes the code of symbols from 0 on by their lengths, of which 0 is none. It may be used unless it is `wrong`. */
  make(lengths: Uint8Array): CodeFill {
    const counts = this.#counts
    counts.fill(0)
    for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
    const codes = lengths.length - (counts[0] ?? 0)
    counts[0] = 0
    const fill = fillOf(counts, codes)
    if (fill !== 'wrong') this.#sort(lengths)
    return fill
  }

  /**
   * The symbol that the next bits begin with, the first bit the lowest: shifted left by four, and how many bits it has. 0 where they
   * begin with none. It looks at `codeBitsMax` bits.
   */
  find(bits: number): number {
    const found = this.#fast[bits & fastMask] as number
    return found === 0 ? this.#findLong(bits) : found
  }

  #sort(lengths: Uint8Array): void {
    const starts = this.#starts
    for (let length = 1; length <= codeBitsMax; length++)
      starts[length + 1] = (starts[length] as number) + (this.#counts[length] as number)
    const places = starts.slice()
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      const length = lengths[symbol] as number
      if (length === 0) continue
      const place = places[length] as number
      this.#symbols[place] = symbol
      places[length] = place + 1
    }
    this.#fillFast()
  }

  #fillFast(): void {
    const fast = this.#fast
    fast.fill(0)
    let code = 0
    let place = 0
    for (let length = 1; length <= fastBits; length++) {
      for (let left = this.#counts[length] as number; left > 0; left--) {
        const entry = ((this.#symbols[place++] as number) << 4) | length
        for (let bits = reversed(code++, length); bits <= fastMask; bits += 1 << length) fast[bits] = entry
      }
      code <<= 1
    }
  }

  #findLong(bits: number): number {
    let code = 0
    let first = 0
    for (let length = 1; length <= codeBitsMax; length++) {
      code |= (bits >>> (length - 1)) & 1
      const count = this.#counts[length] as number
      if (code - first < count) {
        const symbol = this.#symbols[(this.#starts[length] as number) + code - first] as number
        return (symbol << 4) | length
      }
      first = (first + count) << 1
      code <<= 1
    }
    return 0
  }
}

function fillOf(counts: Uint16Array, codes: number): CodeFill {
  if (codes === 0) return 'none'
  let left = 1
  for (let length = 1; length <= codeBitsMax; length++) {
    left = left * 2 - (counts[length] as number)
    if (left < 0) return 'wrong'
  }
  if (left === 0) return 'complete'
  // One symbol has a bit of its own, though none would do (section 3.2.7).
  return codes === 1 && counts[1] === 1 ? 'one' : 'wrong'
}

function reversed(code: number, length: number): number {
  let bits = 0
  for (let left = length; left > 0; left--) {
    bits = (bits << 1) | (code & 1)
    code >>>= 1
  }
  return bits
}
