// Parts of programs that runs did not come to, as ranges of places in their files; what several runs did not come to is what
// all of them left out.

/** A place in a file: its line, from 1, and its column, from 0. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A range of places as two numbers, the second excluded: see `placeNumber`. */
export type PlaceRange = readonly [from: number, to: number]

/** For each file of a program, by its path, what was not reached: sorted ranges that do not touch. */
export type Unreached = readonly (readonly [file: string, ranges: readonly PlaceRange[]])[]

const columns = 65_536

/** A place as a number, in the order of the text. */
export function placeNumber({ line, column }: Place): number {
  return line * columns + Math.min(column, columns - 1)
}

/** The place of a number. */
export function placeOf(number: number): Place {
  return { line: Math.floor(number / columns), column: number % columns }
}

/** What neither reached. A file that one of them does not name was not there for it: the other one's ranges count. */
export function bothUnreached(a: Unreached, b: Unreached): Unreached {
  const others = new Map(b)
  const shared = a.map(([file, ranges]) => [file, intersection(ranges, others.get(file) ?? ranges)] as const)
  const own = new Set(a.map(([file]) => file))
  return [...shared, ...b.filter(([file]) => !own.has(file))].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** How much is not reached, in the unit of `placeNumber`: less after a run that reached something new. */
export function unreachedSize(unreached: Unreached): number {
  let size = 0
  for (const [, ranges] of unreached) for (const [from, to] of ranges) size += to - from
  return size
}

function intersection(a: readonly PlaceRange[], b: readonly PlaceRange[]): readonly PlaceRange[] {
  const shared: PlaceRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [one, other] = [a[i] as PlaceRange, b[j] as PlaceRange]
    const [from, to] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])]
    if (from < to) shared.push([from, to])
    if (one[1] < other[1]) i++
    else j++
  }
  return shared
}
