// The text of a program's file as the engine runs it, and where its parts stand in the file that somebody wrote.

import { Buffer } from 'node:buffer'
import { SourceMap, type SourceMapPayload } from 'node:module'

import { type Place, placeNumber, type PlaceRange } from './unreached.ts'

/** One file. */
export class ProgramSource {
  /** The path, from the current folder or the package's where it lies in one of them. */
  readonly file: string
  readonly text: string
  readonly #lineStarts: readonly number[]
  readonly #map: SourceMap | null

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#lineStarts = starts
    this.#map = inlineMap(text)
  }

  /** The ranges of places for ranges of offsets, without those that hold no word of code. */
  rangesOf(offsets: readonly (readonly [from: number, to: number])[]): readonly PlaceRange[] {
    const ranges = offsets
      .map(([from, to]) => this.#trimmed(from, to))
      .filter(([from, to]) => from < to && /\w/.test(this.text.slice(from, to)))
      .map(([from, to]): PlaceRange => [
        placeNumber(this.#placeOf(from)),
        placeNumber(this.#placeOf(to - 1)) + 1,
      ])
      .filter(([from, to]) => from < to)
    return merged(ranges)
  }

  // From the first word of code: what comes before it belongs as much to the part before, and has no place in the map.
  #trimmed(from: number, to: number): readonly [from: number, to: number] {
    const part = this.text.slice(from, to)
    const front = /^(?:\s|else\b|[{}:?;,&|])*/.exec(part)?.[0].length ?? 0
    return [from + front, to - (part.length - part.trimEnd().length)]
  }

  #placeOf(offset: number): Place {
    const line = lastAtMost(this.#lineStarts, offset)
    const column = offset - (this.#lineStarts[line] ?? 0)
    if (this.#map === null) return { line: line + 1, column }
    const entry = this.#map.findEntry(line, column)
    return 'originalLine' in entry
      ? { line: entry.originalLine + 1, column: entry.originalColumn }
      : { line: line + 1, column }
  }
}

/** Types that were stripped leave a map at the end of the text; where Node strips them itself, nothing moves. */
function inlineMap(text: string): SourceMap | null {
  const match = /\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/.exec(text)
  if (match?.[1] === undefined) return null
  return new SourceMap(JSON.parse(Buffer.from(match[1], 'base64').toString()) as SourceMapPayload)
}

function merged(ranges: readonly PlaceRange[]): readonly PlaceRange[] {
  const result: PlaceRange[] = []
  for (const range of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last !== undefined && range[0] <= last[1])
      result[result.length - 1] = [last[0], Math.max(last[1], range[1])]
    else result.push(range)
  }
  return result
}

/** The place of the last of ascending numbers that is at most as large. */
function lastAtMost(sorted: readonly number[], number: number): number {
  let [low, high] = [0, sorted.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((sorted[middle] as number) <= number) low = middle
    else high = middle
  }
  return low
}
