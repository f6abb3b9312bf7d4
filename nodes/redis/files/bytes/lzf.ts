// LZF, the compression of long strings in Redis files: runs of literal bytes (at most 32) and references to bytes that
// came before (3 to 264 of them, at most 8,192 back).
//
//   000lllll                      l + 1 literal bytes follow
//   lllooooo oooooooo             l + 2 bytes from o + 1 bytes back; l is 1 to 6
//   111ooooo llllllll oooooooo    l + 9 bytes from o + 1 bytes back

import { RedisFileError } from './file-error.ts'

const literalsMax = 32
const lengthMax = 264
const distanceMax = 8192
const hashMask = 0xffff
/** A match is looked at byte by byte only after so many bytes, where there are more. */
const stride = 16

// Where bytes of each hash stood last; 0 for nowhere, which is why nothing is found at the first byte. Used anew for each string.
const places = new Int32Array(hashMask + 1)

/**
 * Compresses; null where the result would be longer than `sizeMax` bytes. Finds what Redis's compressor finds, so that files and
 * DUMP are the same to the byte.
 */
export function compress(input: Uint8Array, sizeMax: number): Buffer | null {
  const output = new Output(input, sizeMax)
  const end = input.length
  places.fill(0)
  let place = 0
  while (place < end - 2) {
    const source = remember(input, place)
    if (source === 0 || place - source > distanceMax || !isSame(input, source, place)) {
      if (output.isFull) return null
      output.literal(place)
      place += 1
      continue
    }
    const length = matchLength(input, source, place)
    if (!output.reference(length, place - source - 1)) return null
    place += length
    if (place >= end - 2) break
    remember(input, place - 2)
    remember(input, place - 1)
  }
  return output.done(place)
}

/** Expands to exactly `size` bytes. Throws a RedisFileError whose offset counts from the first byte of `input`. */
export function decompress(input: Uint8Array, size: number): Buffer {
  const output = Buffer.alloc(size)
  let end = 0
  let place = 0
  while (place < input.length) {
    const control = input[place++] ?? 0
    if (control < 32) {
      const count = control + 1
      if (place + count > input.length) throw broken(place, 'literals beyond the end')
      if (end + count > size) throw broken(place, `more than ${size} bytes`)
      output.set(input.subarray(place, place + count), end)
      place += count
      end += count
      continue
    }
    const isLong = control >> 5 === 7
    if (place + (isLong ? 2 : 1) > input.length) throw broken(place, 'half a reference')
    const count = (isLong ? 7 + (input[place++] ?? 0) : control >> 5) + 2
    const source = end - (((control & 31) << 8) | (input[place++] ?? 0)) - 1
    if (source < 0) throw broken(place, 'a reference to before the first byte')
    if (end + count > size) throw broken(place, `more than ${size} bytes`)
    // Byte by byte: what is copied may reach into what is being written.
    for (let step = 0; step < count; step++) output[end + step] = output[source + step] ?? 0
    end += count
  }
  if (end !== size) throw broken(place, `${end} bytes`, `${size} bytes when expanded`)
  return output
}

function broken(place: number, got: string, wanted: string = 'LZF'): RedisFileError {
  return new RedisFileError(place, got, wanted)
}

/** Where three bytes with the hash of those at a place stood last, which is this place from now on. */
function remember(input: Uint8Array, place: number): number {
  const bytes = ((input[place] ?? 0) << 16) | ((input[place + 1] ?? 0) << 8) | (input[place + 2] ?? 0)
  const hash = ((bytes >> 8) - bytes * 5) & hashMask
  const source = places[hash] ?? 0
  places[hash] = place
  return source
}

function isSame(input: Uint8Array, source: number, place: number): boolean {
  return (
    input[source + 2] === input[place + 2] &&
    input[source + 1] === input[place + 1] &&
    input[source] === input[place]
  )
}

/** How many bytes are the same. The last two of the string are left out, but for those that a stride takes along. */
function matchLength(input: Uint8Array, source: number, place: number): number {
  const max = Math.min(lengthMax, input.length - place - 2)
  let length = 2
  if (max > stride)
    for (const last = length + stride; length < last;) {
      length += 1
      if (input[source + length] !== input[place + length]) return length
    }
  do length += 1
  while (length < max && input[source + length] === input[place + length])
  return length
}

class Output {
  readonly #input: Uint8Array
  readonly #bytes: Buffer
  readonly #sizeMax: number
  /** Where the next byte goes; the byte before the literals says how many there are. */
  #length = 1
  #literals = 0

  constructor(input: Uint8Array, sizeMax: number) {
    this.#input = input
    this.#sizeMax = Math.max(sizeMax, 0)
    // What is begun may go a little beyond what is allowed before that is looked at.
    this.#bytes = Buffer.allocUnsafe(this.#sizeMax + 2 * literalsMax)
  }

  get isFull(): boolean {
    return this.#length >= this.#sizeMax
  }

  literal(place: number): void {
    this.#bytes[this.#length++] = this.#input[place] ?? 0
    this.#literals += 1
    if (this.#literals === literalsMax) this.#endLiterals()
  }

  /** False where there is no room. `back` is one less than the distance. */
  reference(length: number, back: number): boolean {
    if (this.#length - (this.#literals === 0 ? 1 : 0) + 4 >= this.#sizeMax) return false
    this.#endLiterals()
    this.#length -= 1
    const rest = length - 2
    if (rest < 7) this.#bytes[this.#length++] = (rest << 5) | (back >> 8)
    else {
      this.#bytes[this.#length++] = (7 << 5) | (back >> 8)
      this.#bytes[this.#length++] = rest - 7
    }
    this.#bytes[this.#length] = back & 255
    this.#length += 2
    return true
  }

  /** Everything, with the literals from a place to the end; null where there is no room. */
  done(from: number): Buffer | null {
    if (this.#length + 3 > this.#sizeMax) return null
    for (let place = from; place < this.#input.length; place++) this.literal(place)
    this.#endLiterals()
    return this.#bytes.subarray(0, this.#length - 1)
  }

  /** Says how many literals there were, and leaves room to say it of the next ones. */
  #endLiterals(): void {
    if (this.#literals === 0) return
    this.#bytes[this.#length - this.#literals - 1] = this.#literals - 1
    this.#literals = 0
    this.#length += 1
  }
}
