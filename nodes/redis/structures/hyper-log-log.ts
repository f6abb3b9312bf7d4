// HyperLogLog in the form that Redis keeps in a string: 16 bytes of header, then 16384 registers of 6 bits (dense), or runs
// of them (sparse) until these take too much. Registers, runs and estimates are those of Redis 7: strings can be
// exchanged with it. The estimator is Otmar Ertl's (arXiv 1702.01284).

import type { ByteString } from '../value.ts'
import { type Hash64, murmurHash64 } from './murmur-hash.ts'
import { histogramOf, isSparseValid, setSparse, sparseRegisters } from './sparse-registers.ts'

export const registerCount = 16_384
const headerSize = 16
const denseSize = headerSize + (registerCount * 6) / 8
/** With header; a sparse one that would be longer becomes dense, unless another bound is given. */
const sparseSizeUsual = 3000
const sparseValueMax = 32
const valueMax = 51
const magic = 'HYLL'
const cacheInvalid = 0x80

/** A HyperLogLog that is being read or changed. Its bytes may be damaged; what finds that says so by undefined. */
export class HyperLogLog {
  #bytes: Uint8Array

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** One without elements, sparse. */
  static empty(): HyperLogLog {
    const bytes = new Uint8Array(headerSize + 2)
    for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i)
    bytes.set([1], 4)
    // One run of 16384 zeros.
    bytes.set([0x7f, 0xff], headerSize)
    return new HyperLogLog(bytes)
  }

  /** From its string; undefined for a string that has not the form of one. */
  static parse(text: ByteString): HyperLogLog | undefined {
    const encoding = text.charCodeAt(4)
    if (text.length < headerSize || !text.startsWith(magic) || encoding > 1) return undefined
    if (encoding === 0 && text.length !== denseSize) return undefined
    return new HyperLogLog(new Uint8Array(Buffer.from(text, 'latin1')))
  }

  get isSparse(): boolean {
    return this.#bytes[4] === 1
  }

  /** Its string. */
  toString(): ByteString {
    const { buffer, byteOffset, length } = this.#bytes
    return Buffer.from(buffer, byteOffset, length).toString('latin1')
  }

  /** Adds an element. Whether a register grew; undefined if the registers are damaged. */
  add(element: ByteString, sparseSizeMax?: number): boolean | undefined {
    const { index, value } = registerOf(element)
    return this.raise(index, value, sparseSizeMax)
  }

  /** Raises a register (0..16383) to a value (1..51). Whether it was lower; undefined if the registers are damaged. */
  raise(index: number, value: number, sparseSizeMax: number = sparseSizeUsual): boolean | undefined {
    if (!this.isSparse) return this.#raiseDense(index, value)
    if (value <= sparseValueMax) {
      const result = setSparse(this.#bytes.subarray(headerSize), {
        index,
        value,
        sizeMax: sparseSizeMax - headerSize,
      })
      if (result.kind === 'damaged') return undefined
      if (result.kind === 'kept') return false
      if (result.kind === 'changed') {
        this.#replaceRegisters(result.runs)
        return true
      }
    }
    return this.becomeDense() ? this.#raiseDense(index, value) : undefined
  }

  /** Marks the remembered estimate as out of date. */
  invalidate(): void {
    this.#bytes[15] = (this.#bytes[15] ?? 0) | cacheInvalid
  }

  /** The estimate that is remembered, if it is up to date. */
  get remembered(): bigint | undefined {
    if (((this.#bytes[15] ?? 0) & cacheInvalid) !== 0) return undefined
    return this.#view().getBigUint64(8, true)
  }

  remember(estimate: number): void {
    this.#view().setBigUint64(8, BigInt(estimate), true)
  }

  /** All registers; undefined if they are damaged. */
  registers(): Uint8Array | undefined {
    if (this.isSparse) return sparseRegisters(this.#bytes.subarray(headerSize))
    const registers = new Uint8Array(registerCount)
    for (let i = 0; i < registerCount; i++) registers[i] = this.#dense(i)
    return registers
  }

  /** How many different elements it has seen, about; undefined if the registers are damaged. */
  estimate(): number | undefined {
    const registers = this.registers()
    return registers === undefined ? undefined : estimateOf(registers)
  }

  /** The runs of a sparse one, as PFDEBUG DECODE writes them. */
  get runs(): Uint8Array {
    return this.#bytes.subarray(headerSize)
  }

  /** Turns a sparse one into a dense one; false if its registers are damaged. */
  becomeDense(): boolean {
    if (!this.isSparse) return true
    const registers = isSparseValid(this.runs) ? sparseRegisters(this.runs) : undefined
    if (registers === undefined) return false
    const bytes = new Uint8Array(denseSize + 1)
    bytes.set(this.#bytes.subarray(0, headerSize))
    bytes[4] = 0
    this.#bytes = bytes.subarray(0, denseSize)
    for (const [i, value] of registers.entries()) if (value > 0) this.#setDense(i, value)
    return true
  }

  #replaceRegisters(runs: Uint8Array): void {
    const bytes = new Uint8Array(headerSize + runs.length)
    bytes.set(this.#bytes.subarray(0, headerSize))
    bytes.set(runs, headerSize)
    this.#bytes = bytes
    this.invalidate()
  }

  #raiseDense(index: number, value: number): boolean {
    if (this.#dense(index) >= value) return false
    this.#setDense(index, value)
    return true
  }

  /** Six bits each, the lowest first. */
  #dense(index: number): number {
    const at = headerSize + ((index * 6) >> 3)
    const shift = (index * 6) & 7
    return ((((this.#bytes[at + 1] ?? 0) << 8) | (this.#bytes[at] ?? 0)) >> shift) & 63
  }

  #setDense(index: number, value: number): void {
    const at = headerSize + ((index * 6) >> 3)
    const shift = (index * 6) & 7
    const both = ((this.#bytes[at + 1] ?? 0) << 8) | (this.#bytes[at] ?? 0)
    const changed = (both & ~(63 << shift)) | (value << shift)
    this.#bytes[at] = changed & 255
    if (at + 1 < this.#bytes.length) this.#bytes[at + 1] = changed >> 8
  }

  #view(): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset)
  }
}

const hash: Hash64 = { low: 0, high: 0 }

/** The register of an element, and what it counts: the zeros after it in the hash, and one. */
function registerOf(element: ByteString): { readonly index: number; readonly value: number } {
  murmurHash64(element, hash)
  const index = hash.low & (registerCount - 1)
  const low = ((hash.low >>> 14) | (hash.high << 18)) >>> 0
  if (low !== 0) return { index, value: trailingZeros(low) + 1 }
  const high = hash.high >>> 14
  return { index, value: high === 0 ? valueMax : Math.min(valueMax, trailingZeros(high) + 33) }
}

function trailingZeros(value: number): number {
  return 31 - Math.clz32(value & -value)
}

/** The estimate of a set of registers. */
export function estimateOf(registers: Uint8Array): number {
  const histogram = histogramOf(registers)
  const m = registerCount
  let z = m * tau((m - (histogram[valueMax] ?? 0)) / m)
  for (let value = valueMax - 1; value >= 1; value--) z = (z + (histogram[value] ?? 0)) * 0.5
  z += m * sigma((histogram[0] ?? 0) / m)
  return Math.round((0.7213475204444817 * m * m) / z)
}

function sigma(start: number): number {
  if (start === 1) return Infinity
  let x = start
  let y = 1
  let z = start
  for (;;) {
    x *= x
    const before = z
    z += x * y
    y += y
    if (before === z) return z
  }
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0
  let x = start
  let y = 1
  let z = 1 - start
  for (;;) {
    x = Math.sqrt(x)
    const before = z
    y *= 0.5
    z -= (1 - x) * (1 - x) * y
    if (before === z) return z / 3
  }
}
