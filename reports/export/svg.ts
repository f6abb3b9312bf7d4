// A space-time diagram for documents (Lamport 1978, figure 1): a lane a node, time from left to right, messages as arrows.
// Each instant has a column of its own, so that what happens within a millisecond can be told apart: not to scale. It has a
// bound: what comes after is counted, and the picture says so.

import { type Event, type EventKind, type EventOf, type NodeId } from '../../sim/index.ts'
import { dataText } from '../data-text.ts'
import { readers } from '../viewer/model/call-text.ts'
import { messageKind } from './event-name.ts'
import { type ExportContext, type ExportEnd, type Exporter, lastingKinds } from './exporter.ts'
import { type Arrow, type Band, type Mark, type Picture, svgText } from './svg-text.ts'

const itemsMax = 300

/** The exporter. */
export function svg(context: ExportContext): Exporter {
  return new Svg(context)
}

interface Sent {
  readonly node: NodeId
  readonly at: number
  readonly name: string
}

class Svg implements Exporter {
  readonly #title: string
  readonly #isSlice: boolean
  readonly #nodes = new Set<NodeId>()
  readonly #arrows: Arrow[] = []
  readonly #bands: Band[] = []
  readonly #marks: Mark[] = []
  /** What has begun: messages by seq, bands by what they are. */
  readonly #sent = new Map<number, Sent>()
  readonly #open = new Map<string, Omit<Band, 'end'>>()
  #left = 0
  #last = 0

  constructor({ header, isSlice = false }: ExportContext) {
    this.#isSlice = isSlice
    this.#title = `${header.title} (seed ${header.seed})`
  }

  begin(): string {
    return ''
  }

  standing(events: readonly Event[]): string {
    for (const event of events) if (lasting.has(event.kind)) this.#draw(event)
    return ''
  }

  event(event: Event): string {
    if (this.#arrows.length + this.#bands.length + this.#marks.length >= itemsMax) {
      if (event.kind === 'deliver' || event.kind === 'drop') this.#left++
      return ''
    }
    this.#draw(event)
    return ''
  }

  end({ footer }: ExportEnd): string {
    for (const open of this.#open.values()) this.#bands.push({ ...open, end: this.#last })
    for (const { node, at, name } of this.#sent.values())
      this.#marks.push({ node, at, kind: 'sent', text: `${name}, under way` })
    const invariant = this.#isSlice ? footer?.violations[0]?.['invariant'] : undefined
    return svgText(this.#picture(typeof invariant === 'string' ? `; violated: ${invariant}` : ''))
  }

  #picture(verdict: string): Picture {
    const more = this.#left === 0 ? '' : `; ${this.#left} messages after that are not shown`
    const note = `each instant has a column: not to scale${more}${verdict}`
    return {
      title: this.#title,
      note,
      nodes: [...this.#nodes],
      arrows: this.#arrows,
      bands: this.#bands,
      marks: this.#marks,
    }
  }

  #draw(event: Event): void {
    this.#last = event.at
    if (event.node !== '') this.#nodes.add(event.node)
    switch (event.kind) {
      case 'send':
        return void this.#sent.set(event.seq, {
          node: event.node,
          at: event.at,
          name: messageKind(event.message),
        })
      case 'duplicate':
        return this.#duplicate(event)
      case 'deliver':
        return this.#deliver(event)
      case 'drop':
        return this.#drop(event)
      case 'operation':
        return this.#operation(event)
      case 'fault-begin':
        return void this.#open.set(`fault ${event.index}`, bandOfFault(event))
      case 'fault-end':
        return this.#close(`fault ${event.index}`, event.at)
      case 'crash':
      case 'stop':
      case 'exit':
        return this.#begin(`down ${event.node}`, event, 'down', event.kind)
      case 'start':
        return this.#close(`down ${event.node}`, event.at)
      case 'pause':
        return this.#begin(`paused ${event.node}`, event, 'paused', 'paused')
      case 'resume':
        return this.#close(`paused ${event.node}`, event.at)
      case 'probe':
        if (!this.#isSlice) return
        return this.#mark(event, 'probe', `${event.name} = ${dataText(event.value)}`)
      case 'log':
        return this.#mark(event, 'probe', `${event.level}: ${event.text}`)
      case 'timer-fire':
        if (!this.#isSlice) return
        return this.#mark(event, 'timer', 'timer')
      default:
        return undefined
    }
  }

  #mark({ node, at }: Event, kind: Mark['kind'], text: string): void {
    this.#marks.push({ node, at, kind, text })
  }

  #deliver(event: EventOf<'deliver'>): void {
    const sent = this.#sent.get(event.cause)
    this.#sent.delete(event.cause)
    const start = sent ?? { node: event.source, at: event.at, name: messageKind(event.message) }
    this.#arrow(start, event.node, event.at, sent?.name.endsWith(' again') === true ? 'again' : 'delivered')
  }

  #drop(event: EventOf<'drop'>): void {
    const sent = this.#sent.get(event.cause) ?? { node: event.node, at: event.at, name: 'message' }
    this.#sent.delete(event.cause)
    this.#arrow({ ...sent, name: `${sent.name} (${event.why})` }, event.target, event.at, 'lost')
  }

  #duplicate(event: EventOf<'duplicate'>): void {
    const sent = this.#sent.get(event.cause)
    if (sent !== undefined) this.#sent.set(event.seq, { ...sent, name: `${sent.name} again` })
  }

  #arrow(
    { node: source, at: begin, name: text }: Sent,
    target: NodeId,
    end: number,
    kind: Arrow['kind'],
  ): void {
    for (const node of [source, target]) this.#nodes.add(node)
    this.#arrows.push({ source, target, begin, end, kind, text })
  }

  #operation(event: EventOf<'operation'>): void {
    const { node, phase, f, key, value, id } = event
    const name = `operation ${id}`
    if (phase === 'invoke') {
      const text = [f, key, value].filter((part) => part !== null).map((part) => dataText(part, 20))
      return this.#begin(name, event, 'operation', text.join(' '))
    }
    const open = this.#open.get(name)
    this.#open.delete(name)
    if (open === undefined) return
    const isRead = phase === 'ok' && readers.has(f)
    const result = value === null && !isRead ? '' : ` ${dataText(value, 20)}`
    this.#bands.push({ ...open, node, end: event.at, text: `${open.text} → ${phase}${result}` })
  }

  #begin(name: string, { node, at }: Event, kind: Band['kind'], text: string): void {
    if (!this.#open.has(name)) this.#open.set(name, { node, begin: at, kind, text })
  }

  #close(name: string, end: number): void {
    const open = this.#open.get(name)
    this.#open.delete(name)
    if (open !== undefined) this.#bands.push({ ...open, end })
  }
}

/** What is drawn from its beginning to its end. */
const lasting: ReadonlySet<EventKind> = new Set([...lastingKinds, 'send'])

/** A fault of one node is a band of its lane, any other one of all. */
function bandOfFault({ at, fault }: EventOf<'fault-begin'>): Omit<Band, 'end'> {
  const { node } = fault as { readonly node?: unknown }
  return { node: typeof node === 'string' ? node : '', begin: at, kind: 'fault', text: fault.kind }
}
