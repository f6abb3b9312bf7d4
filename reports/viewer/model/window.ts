// The calls that a violation shows, and those that were open at the same time, as bars on one stretch of time.

import type { Span } from './operations.ts'
import type { RunScene } from './scene.ts'

/** A bar: its place and width as shares of the stretch. */
export interface WindowBar {
  readonly span: Span
  readonly left: number
  readonly width: number
  /** Whether it is one of those that the violation names. */
  readonly isWitness: boolean
}

const barsMax = 16

/** The bars, those of the violation first; none where it is not about calls. */
export function callWindow(
  { run, operations }: RunScene,
  witnesses: readonly number[],
): readonly WindowBar[] {
  const named = new Set(witnesses.flatMap((seq) => operations.bySeq.get(seq) ?? []))
  if (named.size === 0) return []
  const end = (span: Span): number => (span.end === 0 ? run.count : span.end)
  const first = Math.min(...[...named].map((span) => span.invoke))
  const last = Math.max(...[...named].map(end))
  const others = operations.spans.filter(
    (span) => !named.has(span) && span.invoke < last && end(span) > first && sameObject(span, named),
  )
  const [from, to] = [run.at[first] as number, run.at[last] as number]
  const share = (seq: number): number =>
    to === from ? 0 : Math.min(1, Math.max(0, ((run.at[seq] as number) - from) / (to - from)))
  const bars = [...[...named].sort((a, b) => a.invoke - b.invoke), ...others].slice(0, barsMax)
  return bars.map((span) => ({
    span,
    left: share(span.invoke),
    width: share(end(span)) - share(span.invoke),
    isWitness: named.has(span),
  }))
}

/** Whether a call is of an object that one of the named ones is of. */
function sameObject({ key }: Span, named: ReadonlySet<Span>): boolean {
  const text = JSON.stringify(key)
  return [...named].some((span) => JSON.stringify(span.key) === text)
}
