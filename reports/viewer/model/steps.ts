// Where the cursor goes next.

import type { Run } from './run.ts'

const faultSteps: ReadonlySet<string> = new Set([
  'fault-begin',
  'fault-end',
  'crash',
  'exit',
  'pause',
  'disk-damage',
])

/** The next event that is shown, forwards (1) or backwards (-1); 0 when there is none. */
export function nextShown(run: Run, shown: Uint8Array, seq: number, direction: 1 | -1): number {
  for (let next = seq + direction; next >= run.first && next <= run.count; next += direction)
    if (shown[next] === 1) return next
  return 0
}

/** The next event that is one of a fault; 0 when there is none. */
export function nextFault(run: Run, seq: number, direction: 1 | -1): number {
  const kinds = new Set(run.info.kinds.flatMap((kind, number) => (faultSteps.has(kind) ? [number] : [])))
  for (let next = seq + direction; next >= run.first && next <= run.count; next += direction)
    if (kinds.has(run.kind[next] as number)) return next
  return 0
}

/** The events that show violations, in the order of the log. */
export function violationEvents(run: Run): readonly number[] {
  const all = run.info.violations.flatMap(({ seq, witnesses }) => (witnesses.length > 0 ? witnesses : [seq]))
  const here = new Set(all.map((number) => run.placeOf(number)))
  return [...here].filter((seq) => seq >= run.first).sort((a, b) => a - b)
}

/** The next event that shows a violation; around the end of the run, so that one press finds the only one. */
export function nextViolation(run: Run, seq: number, direction: 1 | -1): number {
  const all = violationEvents(run)
  const ahead = direction === 1 ? all.find((each) => each > seq) : all.findLast((each) => each < seq)
  return ahead ?? (direction === 1 ? all[0] : all.at(-1)) ?? 0
}
