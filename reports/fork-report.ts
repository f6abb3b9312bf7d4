// How the continuations of a run ended.

import { type Palette, plain } from './palette.ts'
import { countsText, countText, rowLines } from './rows.ts'
import type { SeedResult } from '../sim/index.ts'

/** Continuations from an event of a trace, in the order of their numbers. */
export interface Forks {
  readonly path: string
  readonly at: number
  readonly results: readonly SeedResult[]
}

const namedMax = 10

/** The report, without a line feed at the end. */
export function forkReport({ path, at, results }: Forks, palette: Palette = plain): string {
  const ends = new Map<string, number[]>()
  for (const [place, result] of results.entries()) {
    const name = result.violation?.invariant ?? result.outcome.kind
    ends.set(name, [...(ends.get(name) ?? []), place + 1])
  }
  const counts = [...ends].map(([name, numbers]) => [name, numbers.length] as const)
  const failing = [...ends].filter(([name]) => name !== 'passed')
  return [
    `${palette.bold(`${countText(results.length)} continuations`)}  of ${path} from event #${at} on`,
    ...rowLines(
      [
        ['ends', countsText(counts)],
        ...failing.map(
          ([name, numbers]) =>
            [
              name,
              `number ${numbers.slice(0, namedMax).join(', ')}${numbers.length > namedMax ? ', …' : ''}`,
            ] as const,
        ),
      ],
      palette,
    ),
  ].join('\n')
}
