// What happened in a failed run, in a few sentences: its faults, the calls that the violation is about, the violation.

import { dataText } from './data-text.ts'
import {
  type Event,
  type EventOf,
  faultText,
  formatInstant,
  type Instant,
  type Violation,
} from '../sim/index.ts'

/** What a story is told from. */
export interface FailedRunEvents {
  readonly events: readonly Event[]
  /** The events that show the failure. */
  readonly shown: readonly number[]
  /** What may have led to them, these included. */
  readonly past: ReadonlySet<number>
}

const faultsMax = 3
const operationsMax = 4

/** The sentences: one for each fault and call, of many of them the last ones, in order of time; one for the violation. */
export function storyOf(run: FailedRunEvents, violation: Violation): readonly string[] {
  const { events, shown } = run
  const begins = events.slice(0, Math.max(...shown)).filter((event) => event.kind === 'fault-begin')
  const operations = involved(run)
  const told = [...begins.slice(-faultsMax).map(faultTold), ...operations.slice(-operationsMax).map(callTold)]
  return [
    ...(begins.length === 0 ? ['No fault begins.'] : []),
    ...omitted(begins.length - faultsMax, 'of the faults'),
    ...omitted(operations.length - operationsMax, 'of the calls'),
    ...told.toSorted((a, b) => a.at - b.at || a.seq - b.seq).map(({ sentence }) => sentence),
    `This violates "${violation.invariant}": ${violation.message.split('\n')[0]}.`,
  ]
}

interface Told {
  readonly at: Instant
  readonly seq: number
  readonly sentence: string
}

function omitted(count: number, what: string): readonly string[] {
  return count > 0 ? [`Before these: ${count} more ${what}.`] : []
}

function faultTold({ at, seq, fault }: EventOf<'fault-begin'>): Told {
  const text =
    fault.when === undefined
      ? faultText(fault).replace(
          /^(\S+) (?:(for \S+|until healed) )?/,
          (_, begin: string, length?: string) =>
            length === undefined ? `${begin}: ` : `${begin}, ${length}: `,
        )
      : `${formatInstant(at)}: ${faultText(fault)}`
  return { at, seq, sentence: `At ${text}.` }
}

interface Operation {
  readonly invoke: EventOf<'operation'>
  readonly end: EventOf<'operation'> | null
}

/** The calls whose events show the failure; where none do, the last one that may have led to it. */
function involved({ events, shown, past }: FailedRunEvents): readonly Operation[] {
  const operations = operationsOf(events)
  const seqs = new Set(shown)
  const shownOnes = operations.filter(
    ({ invoke, end }) => seqs.has(invoke.seq) || (end !== null && seqs.has(end.seq)),
  )
  return shownOnes.length > 0 ? shownOnes : operations.filter(({ invoke }) => past.has(invoke.seq)).slice(-1)
}

function operationsOf(events: readonly Event[]): readonly Operation[] {
  const told = events.filter((event) => event.kind === 'operation')
  const ends = new Map(told.filter(({ phase }) => phase !== 'invoke').map((event) => [event.id, event]))
  const invokes = told.filter(({ phase }) => phase === 'invoke')
  return invokes.map((invoke) => ({ invoke, end: ends.get(invoke.id) ?? null }))
}

function callTold({ invoke, end }: Operation): Told {
  const { process, f, key, value, at, seq } = invoke
  const what = [f, ...[key, value].filter((part) => part !== null).map((part) => dataText(part))].join(' ')
  const came = end === null ? 'which has not ended.' : endText(invoke, end)
  return { at, seq, sentence: `At ${formatInstant(at)} ${process} calls ${what}, ${came}` }
}

// Some clients say again what they have written.
function endText(invoke: EventOf<'operation'>, { phase, value, error, at }: EventOf<'operation'>): string {
  const when = at === invoke.at ? 'at once' : `at ${formatInstant(at)}`
  const why = error === undefined ? '' : ` (${error})`
  const isNew = value !== null && JSON.stringify(value) !== JSON.stringify(invoke.value)
  switch (phase) {
    case 'ok':
      return `which is ok${isNew ? ` with ${dataText(value)}` : ''} ${when}.`
    case 'fail':
      return `which fails ${when}${why}.`
    default:
      return `of which nobody knows what came${why}.`
  }
}
