// Which events are shown: by node, kind and text.

import type { Run } from './run.ts'

/** What is hidden, and what text is wanted. */
export interface Filter {
  readonly hiddenNodes: ReadonlySet<string>
  readonly hiddenKinds: ReadonlySet<string>
  readonly text: string
}

/** Everything is shown. */
export const everything: Filter = { hiddenNodes: new Set(), hiddenKinds: new Set(), text: '' }

/** A flag for each event of a run: 1 when it is shown. What stands before the part that is shown never is. */
export function shownEvents(run: Run, { hiddenNodes, hiddenKinds, text }: Filter): Uint8Array {
  const shown = new Uint8Array(run.count + 1)
  if (text === '') shown.fill(1)
  else findText(run, text, shown)
  shown.fill(0, 0, run.first)
  if (hiddenNodes.size === 0 && hiddenKinds.size === 0) return shown
  const nodes = run.info.nodes.map((name) => (hiddenNodes.has(name) ? 0 : 1))
  const kinds = run.info.kinds.map((name) => (hiddenKinds.has(name) ? 0 : 1))
  for (let seq = run.first; seq <= run.count; seq++)
    if (nodes[run.node[seq] as number] === 0 || kinds[run.kind[seq] as number] === 0) shown[seq] = 0
  return shown
}

/** A number with a hash is an event; any other text is looked for in node, kind and data. */
function findText(run: Run, text: string, shown: Uint8Array): void {
  const number = /^#(\d+)$/.exec(text)?.[1]
  if (number !== undefined) {
    shown[run.placeOf(Number(number))] = 1
    return
  }
  const wanted = text.toLowerCase()
  const isNamed = (name: string): boolean => name.toLowerCase().includes(wanted)
  const nodes = run.info.nodes.map(isNamed)
  const kinds = run.info.kinds.map(isNamed)
  run.search(text, shown)
  for (let seq = 1; seq <= run.count; seq++)
    if (nodes[run.node[seq] as number] === true || kinds[run.kind[seq] as number] === true) shown[seq] = 1
}
