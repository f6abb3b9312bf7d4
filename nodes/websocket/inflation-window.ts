// What is inflated: the message that is being made, behind what of those before it may still be repeated. It is written to one
// small buffer, which slides: however large a message is, memory grows by what there is of it, and nothing is copied twice.

/** No distance reaches farther back (RFC 1951, section 3.2.5). */
const distanceMax = 32 * 1024
const roomMax = 4 * distanceMax
/** So much is kept for a connection between its messages. */
const roomKept = 2 * distanceMax

/** The bytes of one message after the other. */
export class InflationWindow {
  readonly #size: number
  #bytes: Uint8Array = new Uint8Array(1024)
  #end = 0
  /** Where that of the message begins which is in none of its parts. */
  #start = 0
  #parts: Uint8Array[] = []
  #partsLength = 0
  #before = 0

  /** `size`: how many bytes of the past may be repeated by the next message, 32 KiB at the most. */
  constructor(size: number) {
    this.#size = size
  }

  /** How many bytes there are of the message. */
  get length(): number {
    return this.#partsLength + this.#end - this.#start
  }

  /** How far back something may be repeated. */
  get reach(): number {
    return Math.min(distanceMax, this.#before + this.length)
  }

  put(byte: number): void {
    if (this.#end === this.#bytes.length) this.#makeRoom(1)
    this.#bytes[this.#end++] = byte
  }

  /** Appends bytes, 64 KiB at the most. */
  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length)
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** Appends what is so far back, which may reach into itself: 258 bytes at the most. */
  repeat(distance: number, length: number): void {
    this.#makeRoom(length)
    const bytes = this.#bytes
    const end = this.#end + length
    for (let place = this.#end; place < end; place++) bytes[place] = bytes[place - distance] as number
    this.#end = end
  }

  /** The message, which is over. */
  take(): Uint8Array {
    const last = this.#bytes.slice(this.#start, this.#end)
    const message = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last])
    this.#parts = []
    this.#partsLength = 0
    if (this.#end > (roomKept / 4) * 3) this.#shrink()
    this.#start = this.#end
    this.#before = Math.min(this.#size, this.#end)
    return message
  }

  #makeRoom(count: number): void {
    const wanted = this.#end + count
    if (wanted <= this.#bytes.length) return
    if (wanted > roomMax) this.#slide()
    else {
      const larger = new Uint8Array(Math.min(roomMax, Math.max(wanted, this.#bytes.length * 2)))
      larger.set(this.#bytes.subarray(0, this.#end))
      this.#bytes = larger
    }
  }

  #slide(): void {
    this.#parts.push(this.#bytes.slice(this.#start, this.#end))
    this.#partsLength += this.#end - this.#start
    this.#bytes.copyWithin(0, this.#end - distanceMax, this.#end)
    this.#end = distanceMax
    this.#start = distanceMax
  }

  /** Forgets what no message will repeat. */
  #shrink(): void {
    const kept = this.#bytes.subarray(Math.max(0, this.#end - this.#size), this.#end)
    if (this.#bytes.length > roomKept) this.#bytes = new Uint8Array(roomKept)
    this.#bytes.set(kept)
    this.#end = kept.length
  }
}
