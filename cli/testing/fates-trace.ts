// Traces of which a test knows where the diagram draws what: each fate of messages at an instant of its own, between the first
// two of eight nodes that each play a role of its own, and a fault of each family.

import { faults, roles } from './styles-trace.ts'
import { encodeTrace, type Event, type TraceFile } from '../../sim/index.ts'

type Sketch = { readonly kind: string; readonly node: string; readonly at: number } & Record<string, unknown>

/** How messages may fare. */
export const shownFates = ['delivered', 'late', 'duplicated', 'lost', 'under way'] as const
/** When messages of each fate are sent, in microseconds. */
export const fateAt: { readonly [F in (typeof shownFates)[number]]: number } = {
  delivered: 2000,
  late: 3500,
  duplicated: 5000,
  lost: 6500,
  'under way': 8000,
}
/** How long the run lasts, in microseconds. */
export const lasts = 10_000
/** How long messages take, in microseconds; late ones several times as long. */
const takes = 20

/** The trace: one message of each of these fates, and `others` that arrive in time and are nothing to look at. */
export function fatesTrace(
  { header }: TraceFile,
  fates: readonly (typeof shownFates)[number][],
  others: number,
): Uint8Array {
  const sketches: Sketch[] = roles.flatMap((role) => [
    { kind: 'start', node: role, at: 0, incarnation: 1, version: 'current' },
    { kind: 'probe', node: role, at: 100, name: 'role', value: { role, term: 1 } },
  ])
  faults.forEach((kind, index) =>
    sketches.push({ kind: 'fault-begin', node: '', at: 200, index, fault: { kind, for: 1e6 } }),
  )
  const journeys = [
    // In the last tenth, where nobody looks.
    ...Array.from({ length: others }, (_, place) => ({
      at: 9100 + (place * 700) / others,
      fate: 'delivered',
    })),
    ...fates.map((fate) => ({ at: fateAt[fate], fate })),
  ]
  for (const [id, { at, fate }] of journeys.entries()) sketches.push(...journey(id, at, fate))
  sketches.push({ kind: 'log', node: 'leader', at: lasts, level: 'info', text: 'the end', fields: {} })
  return encodeTrace(
    { ...header, scenario: 'fates', title: 'fates', parameters: {}, plan: [] },
    inOrder(sketches),
    {
      outcome: 'passed',
      violations: [],
    },
  )
}

function journey(id: number, at: number, fate: string): readonly Sketch[] {
  const [source, target] = ['leader', 'follower']
  const message = { kind: 'ping', id }
  const arrival = { kind: 'deliver', node: target, source, message, of: id }
  const sending = { kind: 'send', node: source, at, target, size: 1, message, id }
  switch (fate) {
    case 'lost':
      return [sending, { kind: 'drop', node: source, at: at + takes, target, why: 'loss', of: id }]
    case 'under way':
      return [sending]
    case 'duplicated':
      return [sending, { ...arrival, at: at + takes }, { ...arrival, at: at + takes * 2 }]
    default:
      return [sending, { ...arrival, at: at + takes * (fate === 'late' ? 8 : 1) }]
  }
}

/** By time, numbered, each arrival with its cause; instants in nanoseconds. */
function inOrder(sketches: readonly Sketch[]): readonly Event[] {
  const sorted = sketches.toSorted((one, other) => one.at - other.at)
  const seqOf = new Map(
    sorted.flatMap(({ id }, place) => (id === undefined ? [] : [[id, place + 1] as const])),
  )
  return sorted.map(({ kind, node, at, of, id: _id, ...own }, place) => {
    const cause = of === undefined ? 0 : (seqOf.get(of) ?? 0)
    const event: unknown = { seq: place + 1, at: Math.round(at * 1000), node, kind, cause, ...own }
    return event as Event
  })
}
