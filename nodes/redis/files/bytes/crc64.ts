// The CRC-64 of Redis files: the polynomial of Jones (0xad93d23594c935a9), reflected, starting at 0, nothing turned over at
// the end. In two halves of 32 bits and eight bytes at a time, since bigint is some fifty times slower.

const polynomialLow = 0xac4b_c9b5
const polynomialHigh = 0x95ac_9329
// Table k (entries 256 k and on) says what a byte does that k others follow.
const low = new Int32Array(2048)
const high = new Int32Array(2048)
fillTables()

/** The CRC-64 of bytes that come one after another. */
export class Crc64 {
  #low = 0
  #high = 0

  /** Takes the bytes from `start` up to `end`. */
  update(bytes: Uint8Array, start: number = 0, end: number = bytes.length): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let place = start
    for (; place + 8 <= end; place += 8)
      this.#eight(view.getInt32(place, true), view.getInt32(place + 4, true))
    for (; place < end; place++) this.#one(bytes[place] ?? 0)
  }

  /** Eight bytes, lowest first, as files end with them. */
  digest(): Buffer {
    const bytes = Buffer.alloc(8)
    bytes.writeInt32LE(this.#low | 0, 0)
    bytes.writeInt32LE(this.#high | 0, 4)
    return bytes
  }

  #one(byte: number): void {
    const entry = (this.#low ^ byte) & 255
    const shifted = (this.#low >>> 8) | (this.#high << 24)
    this.#low = (low[entry] ?? 0) ^ shifted
    this.#high = (high[entry] ?? 0) ^ (this.#high >>> 8)
  }

  #eight(first: number, second: number): void {
    const a = this.#low ^ first
    const b = this.#high ^ second
    const p = 1792 + (a & 255)
    const q = 1536 + ((a >>> 8) & 255)
    const r = 1280 + ((a >>> 16) & 255)
    const s = 1024 + (a >>> 24)
    const t = 768 + (b & 255)
    const u = 512 + ((b >>> 8) & 255)
    const v = 256 + ((b >>> 16) & 255)
    const w = b >>> 24
    this.#low =
      at(low, p) ^ at(low, q) ^ at(low, r) ^ at(low, s) ^ at(low, t) ^ at(low, u) ^ at(low, v) ^ at(low, w)
    this.#high =
      at(high, p) ^
      at(high, q) ^
      at(high, r) ^
      at(high, s) ^
      at(high, t) ^
      at(high, u) ^
      at(high, v) ^
      at(high, w)
  }
}

/** The CRC-64 of some bytes: eight bytes, lowest first. */
export function crc64(bytes: Uint8Array): Buffer {
  const crc = new Crc64()
  crc.update(bytes)
  return crc.digest()
}

function at(table: Int32Array, place: number): number {
  return table[place] ?? 0
}

function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let [a, b] = [byte, 0]
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (a & 1) === 1
      a = (a >>> 1) | (b << 31)
      b >>>= 1
      if (isOdd) [a, b] = [a ^ polynomialLow, b ^ polynomialHigh]
    }
    low[byte] = a
    high[byte] = b
  }
  for (let place = 256; place < 2048; place++) {
    const [a, b] = [at(low, place - 256), at(high, place - 256)]
    low[place] = at(low, a & 255) ^ (a >>> 8) ^ (b << 24)
    high[place] = at(high, a & 255) ^ (b >>> 8)
  }
}
