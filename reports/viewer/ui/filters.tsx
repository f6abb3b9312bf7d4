// What is shown: by text, node and kind.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { filterId } from './keyboard.ts'
import { everything, type Filter } from '../model/filter.ts'
import type { Run } from '../model/run.ts'
import type { ViewAction } from '../model/view-state.ts'

/** What the filters act on. */
export interface FiltersProps {
  readonly runs: readonly Run[]
  readonly filter: Filter
  readonly dispatch: (action: ViewAction) => void
  readonly shown: readonly Uint8Array[]
}

/** The filters. */
export function Filters({ runs, filter, dispatch, shown }: FiltersProps): JSX.Element {
  const set = (change: Partial<Filter>): void =>
    dispatch({ kind: 'filter', filter: { ...filter, ...change } })
  const nodes = useMemo(() => counted(runs, (run) => [run.info.nodes, run.node]), [runs])
  const kinds = useMemo(() => counted(runs, (run) => [run.info.kinds, run.kind]), [runs])
  const count = useMemo(
    () => shown.reduce((sum, flags) => sum + flags.reduce((all, flag) => all + flag, 0), 0),
    [shown],
  )
  const total = runs.reduce((sum, run) => sum + run.partCount, 0)
  return (
    <div class="toolbar filters" role="search">
      <input
        id={filterId}
        type="search"
        placeholder="Filter: text, or #17"
        aria-label="Only events with this text"
        value={filter.text}
        onInput={({ currentTarget }) => set({ text: currentTarget.value })}
      />
      <Choice
        title="Nodes"
        items={nodes}
        hidden={filter.hiddenNodes}
        onChange={(hiddenNodes) => set({ hiddenNodes })}
      />
      <Choice
        title="Kinds"
        items={kinds}
        hidden={filter.hiddenKinds}
        onChange={(hiddenKinds) => set({ hiddenKinds })}
      />
      <span class="count">
        {count === total ? '' : `${count.toLocaleString('en')} of `}
        {total.toLocaleString('en')} events
      </span>
      {count !== total && (
        <button type="button" onClick={() => dispatch({ kind: 'filter', filter: everything })}>
          Show all
        </button>
      )}
    </div>
  )
}

type Counted = readonly (readonly [name: string, count: number])[]

function counted(
  runs: readonly Run[],
  column: (run: Run) => readonly [names: readonly string[], numbers: Uint32Array | Uint16Array],
): Counted {
  const counts = new Map<string, number>()
  for (const run of runs) {
    const [names, numbers] = column(run)
    const each = new Uint32Array(names.length)
    for (let seq = run.first; seq <= run.count; seq++) {
      const number = numbers[seq] as number
      each[number] = (each[number] as number) + 1
    }
    names.forEach((name, number) => counts.set(name, (counts.get(name) ?? 0) + (each[number] as number)))
  }
  return [...counts].filter(([, count]) => count > 0)
}

interface ChoiceProps {
  readonly title: string
  readonly items: Counted
  readonly hidden: ReadonlySet<string>
  readonly onChange: (hidden: ReadonlySet<string>) => void
}

function Choice({ title, items, hidden, onChange }: ChoiceProps): JSX.Element {
  const toggled = (name: string): ReadonlySet<string> => {
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    return next
  }
  return (
    <details class="choice">
      <summary>
        {title}
        {hidden.size > 0 && ` (${items.length - hidden.size} of ${items.length})`}
      </summary>
      <div class="choices">
        <span class="group">
          <button type="button" onClick={() => onChange(new Set())}>
            All
          </button>
          <button type="button" onClick={() => onChange(new Set(items.map(([name]) => name)))}>
            None
          </button>
        </span>
        {items.map(([name, count]) => (
          <label key={name} class="check">
            <input type="checkbox" checked={!hidden.has(name)} onChange={() => onChange(toggled(name))} />
            {name === '' ? '(world)' : name} <small>{count.toLocaleString('en')}</small>
          </label>
        ))}
      </div>
    </details>
  )
}
