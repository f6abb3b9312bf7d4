// Checkpoints: the first 8 digits of the running digest, which each line of a trace carries, as a number.

/** The number behind 8 hexadecimal digits; -1 when it is anything else. */
export function checkpointOf(text: unknown): number {
  if (typeof text !== 'string' || text.length !== 8) return -1
  let word = 0
  for (let index = 0; index < 8; index++) {
    const digit = hexDigit(text.charCodeAt(index))
    if (digit < 0) return -1
    word = (word << 4) | digit
  }
  return word >>> 0
}

function hexDigit(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48
  return unit >= 97 && unit <= 102 ? unit - 87 : -1
}
