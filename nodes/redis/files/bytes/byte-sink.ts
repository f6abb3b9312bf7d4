// Numbers and byte strings, written one after another into a buffer that grows.

import type { ByteString } from '../../value.ts'

const sizeMin = 256

/** Bytes that are being put together. */
export class ByteSink {
  #bytes: Buffer
  /** How many bytes were written. */
  length = 0

  constructor(size: number = sizeMin) {
    this.#bytes = Buffer.allocUnsafe(Math.max(size, 16))
  }

  /** What was written; valid until the next write. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.length)
  }

  /** What was written, which is the caller's from now on; the sink is empty again. */
  take(): Buffer {
    const bytes = Buffer.from(this.view())
    this.length = 0
    return bytes
  }

  clear(): void {
    this.length = 0
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.length++] = value
  }

  uint16(value: number): void {
    this.#reserve(2)
    this.length = this.#bytes.writeUInt16LE(value, this.length)
  }

  int16(value: number): void {
    this.#reserve(2)
    this.length = this.#bytes.writeInt16LE(value, this.length)
  }

  int24(value: number): void {
    this.#reserve(3)
    this.length = this.#bytes.writeIntLE(value, this.length, 3)
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.length = this.#bytes.writeUInt32LE(value, this.length)
  }

  int32(value: number): void {
    this.#reserve(4)
    this.length = this.#bytes.writeInt32LE(value, this.length)
  }

  uint32BigEndian(value: number): void {
    this.#reserve(4)
    this.length = this.#bytes.writeUInt32BE(value, this.length)
  }

  uint64(value: bigint): void {
    this.#reserve(8)
    this.length = this.#bytes.writeBigUInt64LE(value, this.length)
  }

  int64(value: bigint): void {
    this.#reserve(8)
    this.length = this.#bytes.writeBigInt64LE(value, this.length)
  }

  uint64BigEndian(value: bigint): void {
    this.#reserve(8)
    this.length = this.#bytes.writeBigUInt64BE(value, this.length)
  }

  float64(value: number): void {
    this.#reserve(8)
    this.length = this.#bytes.writeDoubleLE(value, this.length)
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length)
    this.#bytes.set(value, this.length)
    this.length += value.length
  }

  text(value: ByteString): void {
    this.#reserve(value.length)
    this.#bytes.write(value, this.length, 'latin1')
    this.length += value.length
  }

  /** Overwrites what was written before. */
  patchUint16(place: number, value: number): void {
    this.#bytes.writeUInt16LE(value, place)
  }

  /** Overwrites what was written before. */
  patchUint32(place: number, value: number): void {
    this.#bytes.writeUInt32LE(value, place)
  }

  #reserve(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + count))
    larger.set(this.view())
    this.#bytes = larger
  }
}
