// Bytes that no compressor makes anything of, the same in every run.

/** So many bytes of chance (xorshift32). */
export function randomBytes(size: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4))
  let state = 2463534242
  for (let place = 0; place < words.length; place++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[place] = state
  }
  return new Uint8Array(words.buffer, 0, size)
}
