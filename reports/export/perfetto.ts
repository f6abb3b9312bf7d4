// The Trace Event Format of Chrome, which Perfetto (ui.perfetto.dev) and chrome://tracing open ("Trace Event Format",
// docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU). A node is a process, its events are slices of
// one nanosecond on a thread; messages are flows; operations, faults, disk requests, CPU time and times of being down are
// asynchronous slices. Slices on a thread must not overlap, so events of one instant stand a nanosecond apart each; the
// exact instant is in their arguments.

import type { Event, EventKind, EventOf, NodeId } from '../../sim/index.ts'
import { eventName } from './event-name.ts'
import { type ExportContext, type ExportEnd, type Exporter, lastingKinds } from './exporter.ts'
import { SeqSet } from './seq-set.ts'

const worldPid = 1
const tid = 1

/** A node as a process of the trace. */
interface Track {
  readonly pid: number
  /** `"pid":2,"tid":1`, ready to be put into an event. */
  readonly place: string
  /** The nanosecond from which on there is room on the thread. */
  free: number
  /** Why it does nothing at the moment: down, paused. */
  readonly bands: Set<string>
}

/** The exporter. */
export function perfetto(context: ExportContext): Exporter {
  return new Perfetto(context)
}

class Perfetto implements Exporter {
  readonly #context: ExportContext
  readonly #tracks = new Map<NodeId, Track>()
  readonly #flows = new SeqSet()
  readonly #open = new SeqSet()
  /** Faults that have begun, by index: the process on which each shows. */
  readonly #faults = new Map<number, { readonly pid: number; readonly name: string }>()
  readonly #operations = new Set<number>()

  constructor(context: ExportContext) {
    this.#context = context
  }

  begin(): string {
    const { name, header } = this.#context
    const { scenario, title, seed, parameters, version } = header
    const other = { trace: name, scenario, title, seed, parameters, faultline: version }
    const head = `{"displayTimeUnit":"ns","otherData":${JSON.stringify(other)},"traceEvents":[\n`
    // No comma before this one: every other event begins with one.
    return `${head}${processName(worldPid, '(world)')}`
  }

  standing(events: readonly Event[]): string {
    const answered = new Set(events.flatMap(({ kind, cause }) => (kind === 'disk-result' ? [cause] : [])))
    return events
      .filter(({ kind, seq }) => lasting.has(kind) && !answered.has(seq))
      .map((event) => this.#intro(event.node) + this.#async(event, this.#trackOf(event.node)))
      .join('')
  }

  event(event: Event): string {
    const known = this.#tracks.get(event.node)
    const intro = known === undefined ? this.#intro(event.node) : ''
    const track = known ?? this.#trackOf(event.node)
    const ns = Math.max(event.at, track.free)
    track.free = ns + 1
    return intro + slice(event, track, ns) + this.#flow(event, track, ns) + this.#async(event, track)
  }

  end({ footer, problem }: ExportEnd): string {
    const outcome = JSON.stringify(problem ?? footer?.outcome ?? 'unknown')
    return `\n],"outcome":${outcome}}\n`
  }

  /** The line that names a node's process, before the first line of it. */
  #intro(node: NodeId): string {
    if (node === '' || this.#tracks.has(node)) return ''
    return `,\n${processName(this.#trackOf(node).pid, node)}`
  }

  #trackOf(node: NodeId): Track {
    const known = this.#tracks.get(node)
    if (known !== undefined) return known
    const pid = node === '' ? worldPid : this.#tracks.size + worldPid + 1
    const track = { pid, place: `"pid":${pid},"tid":${tid}`, free: 0, bands: new Set<string>() }
    this.#tracks.set(node, track)
    return track
  }

  #flow(event: Event, { place }: Track, ns: number): string {
    if (flowStarts.has(event.kind)) {
      this.#flows.add(event.seq)
      return flowLine('s', event.seq, place, ns)
    }
    if (!flowEnds.has(event.kind) || !this.#flows.has(event.cause)) return ''
    // A stream's bytes may arrive in several segments: all but the last would end the flow too early.
    const phase = event.kind === 'stream-read' ? 't' : 'f'
    return flowLine(phase, event.cause, place, ns)
  }

  #async(event: Event, track: Track): string {
    switch (event.kind) {
      case 'operation':
        return this.#operation(event, track)
      case 'fault-begin':
        return this.#faultBegin(event)
      case 'fault-end':
        return this.#faultEnd(event)
      case 'disk-request':
        return this.#request(event, track, `disk ${event.operation}`)
      case 'cpu':
        return this.#charge(event, track)
      case 'disk-result':
        return this.#result(event, track, `disk ${event.operation}`)
      case 'crash':
      case 'stop':
      case 'exit':
        return track.bands.has('down') ? '' : band('b', 'down', event, track)
      case 'pause':
        return band('b', 'paused', event, track)
      case 'start':
        return track.bands.has('down') ? band('e', 'down', event, track) : ''
      case 'resume':
        return track.bands.has('paused') ? band('e', 'paused', event, track) : ''
      case 'phase':
        return `,\n{"ph":"i","s":"g","cat":"phase","name":${JSON.stringify(eventName(event))},${track.place},"ts":${micros(event.at)}}`
      default:
        return ''
    }
  }

  #operation(event: EventOf<'operation'>, { pid }: Track): string {
    const isBegin = event.phase === 'invoke'
    if (isBegin) this.#operations.add(event.id)
    else if (!this.#operations.delete(event.id)) return ''
    const args = `,"args":${JSON.stringify(isBegin ? { key: event.key, input: event.value, process: event.process } : { outcome: event.phase, output: event.value, error: event.error })}`
    const id = `operation-${event.id}`
    return asyncLine(
      { ph: isBegin ? 'b' : 'e', category: 'operation', id, name: event.f, pid, at: event.at },
      args,
    )
  }

  #faultBegin({ index, fault, at }: EventOf<'fault-begin'>): string {
    const { node } = fault as { readonly node?: unknown }
    const track = typeof node === 'string' ? this.#tracks.get(node) : undefined
    const begun = { pid: track?.pid ?? worldPid, name: fault.kind }
    if (this.#faults.has(index)) return ''
    this.#faults.set(index, begun)
    const line = { ph: 'b', category: 'fault', id: `fault-${index}`, at, ...begun } as const
    return asyncLine(line, `,"args":${JSON.stringify(fault)}`)
  }

  #faultEnd({ index, at }: EventOf<'fault-end'>): string {
    const begun = this.#faults.get(index)
    if (begun === undefined) return ''
    this.#faults.delete(index)
    return asyncLine({ ph: 'e', category: 'fault', id: `fault-${index}`, at, ...begun })
  }

  /** Most charges have no event at their end: it follows from what was charged, on a CPU that is not slowed down. */
  #charge({ seq, at, work }: EventOf<'cpu'>, { pid }: Track): string {
    const line = { category: 'work', id: `work-${seq}`, name: 'cpu', pid } as const
    return asyncLine({ ...line, ph: 'b', at }) + asyncLine({ ...line, ph: 'e', at: at + work })
  }

  #request({ seq, at }: Event, { pid }: Track, name: string): string {
    this.#open.add(seq)
    return asyncLine({ ph: 'b', category: 'work', id: `work-${seq}`, name, pid, at })
  }

  #result({ cause, at }: Event, { pid }: Track, name: string): string {
    if (!this.#open.has(cause)) return ''
    return asyncLine({ ph: 'e', category: 'work', id: `work-${cause}`, name, pid, at })
  }
}

/** What is drawn from its beginning to its end. */
const lasting: ReadonlySet<EventKind> = new Set([...lastingKinds, 'disk-request'])

interface AsyncLine {
  readonly ph: 'b' | 'e'
  readonly category: string
  readonly id: string
  readonly name: string
  readonly pid: number
  readonly at: number
}

function asyncLine({ ph, category, id, name, pid, at }: AsyncLine, args = ''): string {
  return `,\n{"ph":"${ph}","cat":"${category}","id":"${id}","name":${JSON.stringify(name)},"pid":${pid},"tid":${tid},"ts":${micros(at)}${args}}`
}

function band(ph: 'b' | 'e', name: string, { at }: Event, { pid, bands }: Track): string {
  if (ph === 'b') bands.add(name)
  else bands.delete(name)
  return asyncLine({ ph, category: 'node', id: `${name}-${pid}`, name, pid, at })
}

function slice(event: Event, { place }: Track, ns: number): string {
  return `,\n{"ph":"X","cat":${JSON.stringify(categoryOf(event.kind))},"name":${JSON.stringify(eventName(event))},${place},"ts":${micros(ns)},"dur":0.001,"args":${JSON.stringify(event)}}`
}

function flowLine(ph: 's' | 't' | 'f', id: number, place: string, ns: number): string {
  const binding = ph === 's' ? '' : ',"bp":"e"'
  return `,\n{"ph":"${ph}","cat":"message","name":"message","id":${id},${place},"ts":${micros(ns)}${binding}}`
}

const flowStarts: ReadonlySet<string> = new Set([
  'send',
  'duplicate',
  'datagram-send',
  'stream-write',
  'stream-end',
  'connect',
])
const flowEnds: ReadonlySet<string> = new Set([
  'deliver',
  'drop',
  'datagram-deliver',
  'stream-read',
  'stream-ended',
  'accept',
])

/** Slices that flows join have the category of the flows: by that (and instant and track) DevTools finds them. */
function categoryOf(kind: string): string {
  return flowStarts.has(kind) || flowEnds.has(kind) ? 'message' : kind
}

function processName(pid: number, name: string): string {
  const common = `"pid":${pid},"tid":${tid}`
  return [
    `{"ph":"M","name":"process_name",${common},"args":{"name":${JSON.stringify(name)}}}`,
    `{"ph":"M","name":"process_sort_index",${common},"args":{"sort_index":${pid}}}`,
    `{"ph":"M","name":"thread_name",${common},"args":{"name":"events"}}`,
  ].join(',\n')
}

/** Nanoseconds as microseconds with all three digits, which is the unit of the format. */
function micros(ns: number): string {
  const fraction = ns % 1000
  return `${(ns - fraction) / 1000}.${fraction < 10 ? '00' : fraction < 100 ? '0' : ''}${fraction}`
}
