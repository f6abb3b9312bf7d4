// A trace in which everything is that a diagram tells apart: each role, each family of faults, a violation.

import { encodeTrace, type Event, type TraceFile } from '../../sim/index.ts'

/** A role of each colour. */
export const roles: readonly string[] = [
  'leader',
  'follower',
  'candidate',
  'pre-candidate',
  'learner',
  'witness',
  'observer',
  'arbiter',
]
/** A fault of each family. */
export const faults: readonly string[] = ['pause', 'partition', 'clock-step', 'disk-slow', 'names-slow']

/** The trace, with the header of a real one; with `extra`, events that another has not. */
export function stylesTrace({ header }: TraceFile, extra = 0): Uint8Array {
  const events: Record<string, unknown>[] = []
  for (const role of roles)
    events.push({ kind: 'start', node: `n-${role}`, incarnation: 1, version: 'current' })
  for (const role of roles)
    events.push({ kind: 'probe', node: `n-${role}`, name: 'role', value: { role, term: 1 } })
  faults.forEach((kind, index) =>
    events.push({ kind: 'fault-begin', node: '', index, fault: { kind, node: 'n-leader', for: 1e6 } }),
  )
  for (let place = 0; place < 20; place++)
    events.push({ kind: 'probe', node: 'n-leader', name: `counter-${place}`, value: place })
  for (let id = 1; id <= 12; id++)
    events.push({
      kind: 'operation',
      node: 'n-leader',
      phase: 'invoke',
      id,
      process: 'p',
      f: 'read',
      key: `k${id}`,
      value: null,
    })
  for (let place = 0; place < 20 + extra; place++)
    events.push({ kind: 'log', node: 'n-follower', level: 'info', text: `line ${place}`, fields: {} })
  faults.forEach((faultKind, index) => events.push({ kind: 'fault-end', node: '', index, faultKind }))
  return traceOf(header, events)
}

/** A trace of so many messages between two nodes. */
export function crowdTrace({ header }: TraceFile, count: number): Uint8Array {
  const events: Record<string, unknown>[] = []
  for (const node of ['a', 'b']) events.push({ kind: 'start', node, incarnation: 1, version: 'current' })
  for (let place = 0; place < count; place++) {
    events.push({ kind: 'send', node: 'a', target: 'b', size: 1, message: { kind: 'ping' } })
    events.push({ kind: 'deliver', node: 'b', cause: events.length, source: 'a', message: { kind: 'ping' } })
  }
  return traceOf(header, events)
}

function traceOf(header: TraceFile['header'], events: readonly Record<string, unknown>[]): Uint8Array {
  const placed = events.map((own, place): unknown => ({
    seq: place + 1,
    at: place * 1000,
    cause: 0,
    ...own,
  })) as Event[]
  const violations = [
    {
      invariant: 'something',
      message: 'it broke',
      at: 0,
      node: String(events[0]?.['node']),
      seq: 1,
      witnesses: [],
    },
  ]
  const own = { ...header, scenario: 'styles', title: 'styles', parameters: {}, plan: [] }
  return encodeTrace(own, placed, { outcome: 'failed', violations })
}
