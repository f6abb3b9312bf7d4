// Parts of a representation (RFC 9110, section 14).

/** Bytes from `first` to `last`, both included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/** What a Range field asks of a representation of some length. */
export type RangeRequest =
  /** No range that is understood: the whole. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'parts'; readonly ranges: readonly ByteRange[] }
  /** None of it exists: 416. */
  | { readonly kind: 'unsatisfiable' }

/** Ranges of one request at most; more of them get the whole (RFC 9110, section 14.2, allows to ignore the field). */
const rangesMax = 16

/**
 * Reads a Range field. Those that overlap or touch are put together, and all are sent in ascending order, so that an answer is
 * never much longer than the whole.
 */
export function readRange(field: string, length: number): RangeRequest {
  const [, list] = /^bytes\s*=\s*(.*)$/i.exec(field.trim()) ?? []
  const specs = (list ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (specs.length === 0 || specs.length > rangesMax) return { kind: 'whole' }
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    const range = readSpec(spec, length)
    if (range === null) return { kind: 'whole' }
    if (range !== 'none') ranges.push(range)
  }
  return ranges.length === 0 ? { kind: 'unsatisfiable' } : { kind: 'parts', ranges: merged(ranges) }
}

function readSpec(spec: string, length: number): ByteRange | 'none' | null {
  const [, first, last] = /^(\d{0,15})\s*-\s*(\d{0,15})$/.exec(spec) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  if (first === '') {
    const count = Math.min(Number(last), length)
    return count === 0 ? 'none' : { first: length - count, last: length - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return null
  if (Number(first) >= length) return 'none'
  return { first: Number(first), last: last === '' ? length - 1 : Math.min(Number(last), length - 1) }
}

function merged(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: ByteRange[] = []
  for (const range of ranges.toSorted((one, other) => one.first - other.first)) {
    const before = result.at(-1)
    if (before === undefined || range.first > before.last + 1) result.push(range)
    else result[result.length - 1] = { first: before.first, last: Math.max(before.last, range.last) }
  }
  return result
}
