// What led to a violation, as the page lists it: the same that the terminal tells (reports/failure-slice.ts).

import { turnKinds, turnsMax } from '../../turn-kinds.ts'
import type { Run } from './run.ts'
import type { RunScene } from './scene.ts'

const eventsMax = 40
const witnessesMax = 10
const statesMax = 12

/**
 * The nearest past of the events that show a violation and what lies between two events of that, what befell nodes meanwhile,
 * or the last fault before, and what state each node last published.
 */
export function failureSlice(scene: RunScene, shown: readonly number[]): readonly number[] {
  const { run, causes } = scene
  const known = shown.filter((seq) => seq >= 1 && seq <= run.count).slice(0, witnessesMax)
  if (known.length === 0) return []
  const near = new Set(causes.past(known, eventsMax))
  const slice = new Set([...near, ...between(scene, near)])
  const [first, last] = [Math.min(...slice), Math.max(...slice)]
  for (const seq of [
    ...callsOf(scene, slice),
    ...lastFaultBefore(scene, first, last),
    ...lastStates(scene, last),
    ...turnsBetween(run, first, last),
  ])
    slice.add(seq)
  return [...slice].sort((a, b) => a - b)
}

/** The causes of events that follow from another of these: without them, a link between two that are shown is not. */
function between({ run, causes }: RunScene, near: ReadonlySet<number>): readonly number[] {
  const found = [...near].map((seq) => run.cause[seq] ?? 0)
  return found.filter((seq) => {
    const { cause, previous } = causes.causesOf(seq)
    return seq > 0 && (near.has(cause) || near.has(previous))
  })
}

/** The beginnings of the calls that end among these events. */
function callsOf({ operations }: RunScene, slice: ReadonlySet<number>): readonly number[] {
  return [...slice].flatMap((seq) => operations.bySeq.get(seq)?.invoke ?? [])
}

function lastFaultBefore({ run, faults }: RunScene, first: number, last: number): readonly number[] {
  if (faults.some(({ from }) => from > first && from < last)) return []
  const before = faults.findLast(({ from }) => from < first)
  if (before === undefined) return []
  return before.to < last && run.kindName(before.to) === 'fault-end'
    ? [before.from, before.to]
    : [before.from]
}

function lastStates({ states }: RunScene, last: number): readonly number[] {
  const byNode = new Map<number, number>()
  for (const { node, from } of states) {
    if (from > last) continue
    byNode.delete(node)
    byNode.set(node, from)
  }
  return [...byNode.values()].slice(-statesMax)
}

function turnsBetween(run: Run, first: number, last: number): readonly number[] {
  const turns = new Set(turnKinds.map((kind) => run.kindNumber(kind)))
  const found: number[] = []
  for (let seq = first; seq < last; seq++) if (turns.has(run.kind[seq] as number)) found.push(seq)
  return found.slice(-turnsMax)
}
