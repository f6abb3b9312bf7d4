// Every node at the cursor.

import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'

import { dataText } from '../../data-text.ts'
import { callText } from '../model/call-text.ts'
import { type NodeState, NodeStates } from '../model/node-state.ts'
import type { RunScene } from '../model/scene.ts'
import { instantText } from '../model/time-text.ts'
import type { PanelProps } from './panel.tsx'

const itemsShown = 8
const probesShown = 16

/** The panel of states. */
export function StatePanel({ scene, state }: PanelProps): JSX.Element {
  const states = useMemo(() => scene.runs.map((run) => new NodeStates(run)), [scene])
  return (
    <>
      <h2>At {instantText(state.cursor)}</h2>
      {scene.runs.map((part, index) => {
        const { selected, cursor } = state
        const seq = selected?.run === index ? selected.seq : part.run.lastAt(cursor)
        return (
          <div key={index}>
            {scene.runs.length > 1 && <h3>{index === 0 ? 'A' : 'B'}</h3>}
            {part.run.info.nodes.map((name, node) =>
              name === '' ? null : (
                <Node key={name} part={part} name={name} state={states[index]?.at(node, seq)} />
              ),
            )}
          </div>
        )
      })}
    </>
  )
}

interface NodeProps {
  readonly part: RunScene
  readonly name: string
  readonly state: NodeState | undefined
}

function Node({ name, state }: NodeProps): JSX.Element | null {
  if (state === undefined) return null
  const { life, probes, openOperations, queues, unsynced } = state
  const isUp = life.startsWith('up')
  return (
    <section class="node">
      <h4>
        {name} <span class={isUp ? 'life' : 'life down'}>{life}</span>
      </h4>
      <dl class="facts">
        {probes.slice(0, probesShown).map((probe) => (
          <Row key={probe.name} name={probe.name} value={dataText(probe.value, 120)} />
        ))}
        {probes.length > probesShown && <Row name="" value={`… and ${probes.length - probesShown} more`} />}
        {openOperations.length > 0 && (
          <Row
            name="open calls"
            value={listed(openOperations, (span) => callText(span).replace(/ → .*/, ''))}
          />
        )}
        <Row name="waiting" value={queuesText(queues)} />
        {unsynced.length > 0 && (
          <Row
            name="not synced"
            value={listed(unsynced, ({ path, change }) =>
              change === 'written' ? path : `${path} (${change})`,
            )}
          />
        )}
      </dl>
    </section>
  )
}

/** The first of them, and how many more there are. */
function listed<Item>(items: readonly Item[], text: (item: Item) => string): string {
  const first = items.slice(0, itemsShown).map(text).join(', ')
  return items.length > itemsShown ? `${first}, … and ${items.length - itemsShown} more` : first
}

function queuesText({ incoming, timers, disk }: NodeState['queues']): string {
  const parts = [
    [incoming, 'message on its way', 'messages on their way'],
    [timers, 'timer', 'timers'],
    [disk, 'disk operation', 'disk operations'],
  ] as const
  const some = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`)
  return some.length === 0 ? 'for nothing' : some.join(', ')
}

function Row({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}
