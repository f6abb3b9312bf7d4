// CRC-32C (Castagnoli), the checksum of RFC 3720 and of many storage formats, four bytes at a time.

const polynomial = 0x82f63b78

// table[n * 256 + byte]: what a byte does to the checksum when n more bytes follow it.
const table = makeTable()

/** The CRC-32C of `bytes` from `start` up to `end`, as an unsigned number; `seed` is that of the bytes before. */
export function crc32c(bytes: Uint8Array, start = 0, end: number = bytes.length, seed = 0): number {
  let crc = ~seed
  let place = start
  for (; place + 4 <= end; place += 4) {
    crc ^=
      (bytes[place] as number) |
      ((bytes[place + 1] as number) << 8) |
      ((bytes[place + 2] as number) << 16) |
      ((bytes[place + 3] as number) << 24)
    crc =
      (table[768 + (crc & 255)] as number) ^
      (table[512 + ((crc >>> 8) & 255)] as number) ^
      (table[256 + ((crc >>> 16) & 255)] as number) ^
      (table[crc >>> 24] as number)
  }
  for (; place < end; place++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[place] as number)) & 255] as number)
  return ~crc >>> 0
}

function makeTable(): Int32Array {
  const made = new Int32Array(4 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    made[byte] = crc
  }
  for (let place = 256; place < made.length; place++) {
    const before = made[place - 256] as number
    made[place] = (before >>> 8) ^ (made[before & 255] as number)
  }
  return made
}
