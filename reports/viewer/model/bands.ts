// What lasts: nodes that are down or stand still, and faults with the nodes that they concern.

import type { Plain, PlainRecord } from './document.ts'
import { isMoment, lastsUntilHealed } from './fault-duration.ts'
import { isRecord, wordText } from './plain.ts'
import type { Run } from './run.ts'

/** A stretch in which a node did not run. */
export interface DownSpan {
  readonly node: number
  readonly why: 'crash' | 'stop' | 'exit' | 'pause'
  readonly from: number
  /** The event that ended it, or the last one of the run. */
  to: number
  /** Whether it ended: not where the run ended first. */
  isOver: boolean
}

/** Of what a fault is. */
export type FaultFamily = 'node' | 'clock' | 'network' | 'names' | 'disk'

/** A fault from its beginning to its end. */
export interface FaultSpan {
  readonly index: number
  readonly kind: string
  readonly family: FaultFamily
  readonly from: number
  to: number
  /** The nodes that it concerns; null: all. */
  readonly nodes: readonly number[] | null
  /** The row in the lane of the world: one that no other has at that time, as long as there are any. */
  row: number
  /** The event up to which its name has room in that row: its end, or the beginning of the next that lies over it. */
  labelTo: number
  readonly fault: PlainRecord
}

const rowsMax = 10

/** When nodes were down or paused. */
export function findDowns(run: Run): readonly DownSpan[] {
  const spans: DownSpan[] = []
  const open = new Map<number, DownSpan>()
  const kinds = new Map<number, string>(
    ['crash', 'stop', 'exit', 'pause', 'resume', 'start'].map(
      (kind) => [run.kindNumber(kind), kind] as const,
    ),
  )
  kinds.delete(-1)
  for (let seq = 1; seq <= run.count; seq++) {
    const kind = kinds.get(run.kind[seq] as number)
    if (kind === undefined || run.isOver[seq] === 1) continue
    const node = run.node[seq] as number
    const before = open.get(node)
    if (before !== undefined) Object.assign(before, { to: seq, isOver: true })
    open.delete(node)
    if (kind === 'start' || kind === 'resume') continue
    const span = { node, why: kind as DownSpan['why'], from: seq, to: run.count, isOver: false }
    spans.push(span)
    open.set(node, span)
  }
  return spans
}

/** The faults of a run, in the order in which they began. */
export function findFaults(run: Run): readonly FaultSpan[] {
  const spans: FaultSpan[] = []
  const open = new Map<number, FaultSpan>()
  const [begin, end] = [run.kindNumber('fault-begin'), run.kindNumber('fault-end')]
  const phase = run.kindNumber('phase')
  for (let seq = 1; seq <= run.count; seq++) {
    const kind = run.isOver[seq] === 1 ? -1 : run.kind[seq]
    if (kind === phase && phase >= 0 && run.own(seq)['phase'] === 'healed') healClocks(spans, seq)
    if (kind !== begin && kind !== end) continue
    const own = run.own(seq)
    const index = Number(own['index'])
    if (kind === end) {
      const span = open.get(index)
      if (span !== undefined && !lastsUntilHealed(span.fault)) span.to = seq
      open.delete(index)
      continue
    }
    const span = faultSpan(run, seq, index, own['fault'] ?? null)
    spans.push(span)
    open.set(index, span)
  }
  placeInRows(run, spans)
  return spans
}

// Healing corrects clocks without saying so for each.
function healClocks(spans: readonly FaultSpan[], seq: number): void {
  for (const span of spans) if (lastsUntilHealed(span.fault)) span.to = Math.min(span.to, seq)
}

function faultSpan(run: Run, seq: number, index: number, data: Plain): FaultSpan {
  const fault = isRecord(data) ? data : {}
  const kind = wordText(fault['kind']) || 'fault'
  return {
    index,
    kind,
    family: familyOf(kind),
    from: seq,
    to: isMoment(fault) ? seq : run.count,
    nodes: concerned(run, fault),
    row: 0,
    labelTo: 0,
    fault,
  }
}

const nodeKinds: ReadonlySet<string> = new Set(['crash', 'stop', 'pause', 'slow-cpu', 'upgrade'])

/** The family of a kind of fault; kinds of newer versions by how they are called. */
export function familyOf(kind: string): FaultFamily {
  if (nodeKinds.has(kind)) return 'node'
  if (kind.startsWith('clock-')) return 'clock'
  if (kind.startsWith('names-')) return 'names'
  return /^(disk-|fsync|bit-rot|misdirected|short-read)/.test(kind) ? 'disk' : 'network'
}

function concerned(run: Run, fault: PlainRecord): readonly number[] | null {
  const names = new Set<string>()
  gather(fault['node'], names)
  for (const field of ['shape', 'links', 'packets']) {
    const part = fault[field]
    if (isRecord(part))
      for (const [name, value] of Object.entries(part)) if (nodeFields.has(name)) gather(value, names)
  }
  const numbers = [...names].map((name) => run.info.nodes.indexOf(name)).filter((node) => node >= 0)
  return numbers.length === 0 ? null : numbers
}

const nodeFields: ReadonlySet<string> = new Set([
  'node',
  'nodes',
  'groups',
  'from',
  'to',
  'bridge',
  'left',
  'right',
])

function gather(value: Plain | undefined, names: Set<string>): void {
  if (typeof value === 'string') names.add(value)
  else if (Array.isArray(value)) for (const item of value as readonly Plain[]) gather(item, names)
}

function placeInRows(run: Run, spans: readonly FaultSpan[]): void {
  const rows: Row[] = []
  for (const span of spans) {
    const begin = run.at[span.from] as number
    span.labelTo = span.to
    span.row = rowFor(rows, begin)
    const before = rows[span.row]
    if (before !== undefined) before.last.labelTo = Math.min(before.last.labelTo, span.from)
    rows[span.row] = { last: span, until: Math.max(before?.until ?? 0, run.at[span.to] as number) }
  }
}

interface Row {
  readonly last: FaultSpan
  /** The instant up to which it is taken. */
  readonly until: number
}

/** A row that is free; where all are taken, that in which none began for longest, so that its name has had room. */
function rowFor(rows: readonly Row[], begin: number): number {
  const free = rows.findIndex(({ until }) => until < begin)
  if (free >= 0) return free
  if (rows.length < rowsMax) return rows.length
  const begins = rows.map(({ last }) => last.from)
  return begins.indexOf(Math.min(...begins))
}
