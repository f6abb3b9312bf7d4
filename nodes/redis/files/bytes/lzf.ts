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
const hashBits = 14

// The last place of each three bytes, one more than it is; 0 for none. Used anew for each string.
const places = new Int32Array(1 << hashBits)

/** Compresses; null where the result would be longer than `sizeMax` bytes. */
export function compress(input: Uint8Array, sizeMax: number): Buffer | null {
  const output = new Output(sizeMax)
  places.fill(0)
  let literals = 0
  let place = 0
  while (place < input.length) {
    const match = findMatch(input, place)
    if (match === 0) {
      place++
      literals++
      continue
    }
    output.literals(input, place - literals, place)
    literals = 0
    const length = matchLength(input, match - 1, place)
    output.reference(length, place - match)
    place += length
  }
  output.literals(input, place - literals, place)
  return output.done()
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

// The place of the last three bytes that are the same, one more than it is; remembers this one.
function findMatch(input: Uint8Array, place: number): number {
  if (place + 2 >= input.length) return 0
  const [a, b, c] = [input[place] ?? 0, input[place + 1] ?? 0, input[place + 2] ?? 0]
  const hash = (Math.imul((a << 16) | (b << 8) | c, 0x9e37_79b1) >>> (32 - hashBits)) | 0
  const match = places[hash] ?? 0
  places[hash] = place + 1
  if (match === 0 || place - match + 1 > distanceMax) return 0
  const source = match - 1
  return input[source] === a && input[source + 1] === b && input[source + 2] === c ? match : 0
}

function matchLength(input: Uint8Array, source: number, place: number): number {
  const max = Math.min(lengthMax, input.length - place)
  let length = 3
  while (length < max && input[source + length] === input[place + length]) length++
  return length
}

class Output {
  readonly #bytes: Buffer
  #length = 0
  #isFull = false

  constructor(sizeMax: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(sizeMax, 0))
  }

  literals(input: Uint8Array, from: number, to: number): void {
    for (let start = from; start < to; start += literalsMax) {
      const end = Math.min(start + literalsMax, to)
      this.#byte(end - start - 1)
      for (let place = start; place < end; place++) this.#byte(input[place] ?? 0)
    }
  }

  // `back` is one less than the distance.
  reference(length: number, back: number): void {
    const rest = length - 2
    if (rest < 7) this.#byte((rest << 5) | (back >> 8))
    else {
      this.#byte((7 << 5) | (back >> 8))
      this.#byte(rest - 7)
    }
    this.#byte(back & 255)
  }

  done(): Buffer | null {
    return this.#isFull ? null : this.#bytes.subarray(0, this.#length)
  }

  #byte(value: number): void {
    if (this.#length >= this.#bytes.length) this.#isFull = true
    else this.#bytes[this.#length++] = value
  }
}
