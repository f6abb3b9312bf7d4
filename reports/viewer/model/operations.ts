// What clients called, as spans, and rows in which the spans of one node do not overlap.

import type { Plain } from './document.ts'
import { wordText } from './plain.ts'
import type { Run } from './run.ts'

/** One call of a client. */
export interface Span {
  readonly invoke: number
  /** The event of its end; 0 when nobody saw it end. */
  end: number
  readonly id: number
  readonly node: number
  readonly process: string
  readonly f: string
  readonly key: Plain
  readonly value: Plain
  phase: 'open' | 'ok' | 'fail' | 'info'
  result: Plain
  error: string
  row: number
}

/** The spans of a run in the order of their calls, and how many rows each node needs. */
export interface Operations {
  readonly spans: readonly Span[]
  readonly rows: ReadonlyMap<number, number>
  /** For each span, the last event of it and of all before it: those that last long do not hide from a search. */
  readonly reach: Uint32Array
  /** The span that an event begins or ends. */
  readonly bySeq: ReadonlyMap<number, Span>
}

const rowsMax = 6

/** Pairs calls with their ends. */
export function findOperations(run: Run): Operations {
  const kind = run.kindNumber('operation')
  const spans: Span[] = []
  const open = new Map<string, Span>()
  const bySeq = new Map<number, Span>()
  for (let seq = 1; seq <= run.count; seq++) {
    if (run.kind[seq] !== kind || run.isOver[seq] === 1) continue
    const span = takeOperation(run, seq, open)
    if (span === null) continue
    bySeq.set(seq, span)
    if (span.invoke === seq) spans.push(span)
  }
  let last = 0
  const reach = Uint32Array.from(spans, ({ end }) => (last = Math.max(last, end === 0 ? run.count : end)))
  return { spans, rows: placeInRows(run, spans), reach, bySeq }
}

/** The place of the first span of which anything may lie at or behind an event. */
export function firstSpanFrom({ reach }: Operations, seq: number): number {
  let [low, high] = [0, reach.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((reach[middle] as number) < seq) low = middle + 1
    else high = middle
  }
  return low
}

function takeOperation(run: Run, seq: number, open: Map<string, Span>): Span | null {
  const own = run.own(seq)
  const [phase, id] = [wordText(own['phase']), Number(own['id'])]
  const name = `${run.node[seq] as number} ${id}`
  if (phase === 'invoke') {
    const span = newSpan(run, seq, id)
    open.set(name, span)
    return span
  }
  const span = open.get(name)
  if (span === undefined) return null
  open.delete(name)
  span.end = seq
  span.phase = phase === 'ok' || phase === 'fail' ? phase : 'info'
  span.result = own['value'] ?? null
  span.error = typeof own['error'] === 'string' ? own['error'] : ''
  return span
}

function newSpan(run: Run, seq: number, id: number): Span {
  const own = run.own(seq)
  return {
    invoke: seq,
    end: 0,
    id,
    node: run.node[seq] as number,
    process: wordText(own['process']),
    f: wordText(own['f']),
    key: own['key'] ?? null,
    value: own['value'] ?? null,
    phase: 'open',
    result: null,
    error: '',
    row: 0,
  }
}

/** Gives each span the first row that is free; what finds none goes into the last one. */
function placeInRows(run: Run, spans: readonly Span[]): ReadonlyMap<number, number> {
  const busy = new Map<number, number[]>()
  for (const span of spans) {
    const rows = busy.get(span.node) ?? []
    busy.set(span.node, rows)
    const free = rows.findIndex((until) => until <= span.invoke)
    span.row = free >= 0 ? free : Math.min(rows.length, rowsMax - 1)
    rows[span.row] = span.end === 0 ? run.count + 1 : span.end
  }
  return new Map([...busy].map(([node, rows]) => [node, rows.length]))
}
