// What is wrong with a value, all of it at once and each with its place.

/** One thing that is wrong. */
export interface SchemaProblem {
  /** Where in the value: a JSON pointer (RFC 6901), empty for the value itself. */
  readonly pointer: string
  readonly keyword: string
  /** What was wanted there, in words; it never repeats what came. */
  readonly message: string
}

/** Problems listed of one value at most: one that is wrong everywhere needs no more to be told. */
const problemsMax = 50

/** Collects the problems of one value. */
export class Problems {
  readonly list: SchemaProblem[] = []
  /** How many schemas are being checked inside each other. */
  depth: number
  /** Counted, although not listed any more once there are many. */
  count = 0

  constructor(depth = 0) {
    this.depth = depth
  }

  add(pointer: string, keyword: string, message: string): void {
    this.count++
    if (this.list.length < problemsMax) this.list.push({ pointer, keyword, message })
  }

  addAll(others: Problems): void {
    for (const { pointer, keyword, message } of others.list) this.add(pointer, keyword, message)
  }
}

/** Checks a value at a place: what a schema, or one keyword of it, is compiled to. */
export type Check = (value: unknown, pointer: string, problems: Problems) => void

/** What a check says of a value, apart from what was said so far. */
export function judge(check: Check, value: unknown, pointer: string, problems: Problems): Problems {
  const apart = new Problems(problems.depth)
  check(value, pointer, apart)
  return apart
}

/** The pointer of a member: `~` and `/` are escaped (RFC 6901, section 3). */
export function pointerTo(pointer: string, member: string | number): string {
  return `${pointer}/${typeof member === 'number' ? member : member.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
