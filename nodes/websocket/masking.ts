// Masking of RFC 6455, section 5.3: each byte of a payload is combined with one of the four of a key. Four at a time where the
// bytes lie so in memory, which is ten times as fast.

/** Masks, or unmasks, bytes where they are; `offset` is how many bytes of the same payload came before them. */
export function maskInPlace(bytes: Uint8Array, key: Uint8Array, offset = 0): void {
  const unaligned = (4 - (bytes.byteOffset & 3)) & 3
  const words = (bytes.length - unaligned) >> 2
  if (words <= 0) {
    maskBytes(bytes, key, { start: 0, end: bytes.length, offset })
    return
  }
  maskBytes(bytes, key, { start: 0, end: unaligned, offset })
  maskWords(
    new Int32Array(bytes.buffer, bytes.byteOffset + unaligned, words),
    rotated(key, offset + unaligned),
  )
  maskBytes(bytes, key, { start: unaligned + words * 4, end: bytes.length, offset })
}

interface Part {
  readonly start: number
  readonly end: number
  readonly offset: number
}

function maskBytes(bytes: Uint8Array, key: Uint8Array, { start, end, offset }: Part): void {
  for (let place = start; place < end; place++)
    bytes[place] = (bytes[place] as number) ^ (key[(place + offset) & 3] as number)
}

function maskWords(words: Int32Array, word: number): void {
  for (let place = 0; place < words.length; place++) words[place] = (words[place] as number) ^ word
}

/** The key as a word of this machine's own byte order, beginning with the byte for a place. */
function rotated(key: Uint8Array, offset: number): number {
  const turned = Uint8Array.from([0, 1, 2, 3], (place) => key[(place + offset) & 3] as number)
  return new Int32Array(turned.buffer)[0] as number
}
