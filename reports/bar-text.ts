// A bar of characters for a size among others.

const widthDefault = 24

/** A bar: full width for the most, at least one character for what is there at all. */
export function barText(size: number, most: number, width: number = widthDefault): string {
  const length = most === 0 ? 0 : Math.max(size > 0 ? 1 : 0, Math.round((size / most) * width))
  return '█'.repeat(length).padEnd(width, '·')
}
