// The selected event: what it says, what led to it, and what it led to.

import type { JSX } from 'preact'

import { decodedBytes } from '../model/io-text.ts'
import { fates } from '../model/messages.ts'
import type { RunScene } from '../model/scene.ts'
import { durationText, instantText } from '../model/time-text.ts'
import { EventLink } from './event-link.tsx'
import type { Navigator } from './navigator.ts'
import type { PanelProps } from './panel.tsx'

const effectsShown = 30
const chainShown = 12
const textMax = 20_000

/** The panel of an event. */
export function EventPanel({ scene, state, navigator, comparison }: PanelProps): JSX.Element {
  const { selected } = state
  const part = selected === null ? undefined : scene.runs[selected.run]
  if (selected === null || part === undefined)
    return <p class="hint">Choose an event in the diagram, or go from one to the next with the arrow keys.</p>
  const { run } = part
  const { run: index, seq } = selected
  const bytes = decodedBytes(run.kindName(seq), run.own(seq))
  const partner = comparison?.partnerOf(selected) ?? null
  return (
    <>
      <h2>
        #{run.numberOf(seq)} <span class="kind">{run.kindName(seq)}</span>
      </h2>
      <dl class="facts">
        <dt>node</dt>
        <dd>{run.nodeName(run.node[seq] as number) || '(world)'}</dd>
        <dt>at</dt>
        <dd>{instantText(run.at[seq] as number)}</dd>
        <MessageFacts part={part} seq={seq} />
        {bytes !== null && (
          <>
            <dt>bytes</dt>
            <dd class="bytes">{bytes}</dd>
          </>
        )}
        {comparison !== null && (
          <>
            <dt>other run</dt>
            <dd>
              {partner === null ? (
                comparison.only[index]?.[seq] === 1 ? (
                  `only in ${index === 0 ? 'A' : 'B'}`
                ) : (
                  'has it, but not on this page'
                )
              ) : (
                <EventLink
                  run={scene.runs[partner.run]?.run ?? run}
                  index={partner.run}
                  seq={partner.seq}
                  navigator={navigator}
                />
              )}
            </dd>
          </>
        )}
      </dl>
      <Data text={run.ownText(seq)} />
      <Causes part={part} index={index} seq={seq} navigator={navigator} />
    </>
  )
}

function MessageFacts({ part, seq }: { readonly part: RunScene; readonly seq: number }): JSX.Element | null {
  const { messages, run } = part
  const place = (messages.bySend[seq] ?? 0) - 1
  if (place < 0) return null
  const end = messages.end[place] as number
  const took = end === 0 ? '' : `, ${durationText((run.at[end] as number) - (run.at[seq] as number))}`
  return (
    <>
      <dt>to</dt>
      <dd>
        {run.nodeName(messages.target[place] as number)}: {fates[messages.fate[place] as number]}
        {took}
      </dd>
    </>
  )
}

function Data({ text }: { readonly text: string }): JSX.Element | null {
  if (text === '') return null
  const pretty = JSON.stringify(JSON.parse(text), null, 2)
  const isCut = pretty.length > textMax
  return (
    <pre class="data" tabIndex={0} aria-label="Data of the event">
      {isCut ? `${pretty.slice(0, textMax)}\n… ${pretty.length - textMax} more characters` : pretty}
    </pre>
  )
}

interface CausesProps {
  readonly part: RunScene
  readonly index: number
  readonly seq: number
  readonly navigator: Navigator
}

function Causes({ part, index, seq, navigator }: CausesProps): JSX.Element {
  const { run, causes } = part
  const chain: number[] = []
  for (
    let cause = run.cause[seq] as number;
    cause > 0 && chain.length < chainShown;
    cause = run.cause[cause] as number
  )
    chain.push(cause)
  const effects = causes.effectsOf(seq)
  const { previous, next } = causes.causesOf(seq)
  const link = (to: number): JSX.Element => (
    <li key={to}>
      <EventLink run={run} index={index} seq={to} navigator={navigator} />
    </li>
  )
  return (
    <>
      <h3>Why did this happen</h3>
      <ol class="links">
        {chain.map(link)}
        {(chain.at(-1) ?? seq) < run.first ? (
          <li>what led to that is not on this page</li>
        ) : (
          chain.length === 0 && <li>nothing led to it</li>
        )}
      </ol>
      <h3>What came of it ({effects.length})</h3>
      <ol class="links">
        {effects.slice(0, effectsShown).map(link)}
        {effects.length > effectsShown && <li>and {effects.length - effectsShown} more</li>}
      </ol>
      <h3>On the same node</h3>
      <ol class="links">{[previous, next].filter((each) => each > 0).map(link)}</ol>
    </>
  )
}
