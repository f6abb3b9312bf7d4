// A run as a page carries it: a column of numbers for each thing that every event has, and the rest as text. Takes events
// one by one, and keeps no more of them than a page may hold.

import { type Event, recordOf } from '../../sim/index.ts'

import { type Bound, isBefore, isBehind } from '../event-range.ts'
import type { PlainRecord, RunInfo } from '../viewer/model/document.ts'
import { type PagePart, placeOf } from '../viewer/model/event-numbers.ts'
import { asciiJson } from '../viewer/model/run.ts'
import { VarintWriter } from '../viewer/model/varints.ts'

/** How much of a run fits into a page. */
export interface PageBounds {
  readonly eventsMax: number
  /** Bytes of all events' own fields. */
  readonly bytesMax: number
}

/** What a browser still opens soon: half a million events of a replicated store. */
export const pageBounds: PageBounds = { eventsMax: 500_000, bytesMax: 96 * 1024 * 1024 }

/** Which part of a run a page shows. */
export interface PageRange {
  readonly from?: Bound
  readonly to?: Bound
}

/** The events before a part, by their numbers, without which it is not to be understood. */
export interface NeededBefore {
  /** Those that still hold when it begins. */
  readonly standing: ReadonlySet<number>
  /** Those that led to something in it. */
  readonly causes: ReadonlySet<number>
}

/** What of a `RunInfo` follows from its events. */
export type PackedInfo = Pick<
  RunInfo,
  'before' | 'earlier' | 'over' | 'count' | 'total' | 'nodes' | 'kinds' | 'words'
>

const wordLengthMax = 60

/** Takes the events of a run in their order, and keeps those of a range as far as they fit. */
export class RunPacker {
  readonly #bounds: PageBounds
  readonly #range: PageRange
  readonly #needed: NeededBefore
  readonly #earlier: number[] = []
  readonly #over: number[] = []
  #before = 0
  readonly #nodes = new Names()
  readonly #kinds = new Names()
  readonly #words = new Names()
  readonly #columns = {
    at: new VarintWriter(),
    node: new VarintWriter(),
    kind: new VarintWriter(),
    back: new VarintWriter(),
    word: new VarintWriter(),
    peer: new VarintWriter(),
    ownLength: new VarintWriter(),
  }
  readonly #own: string[] = []
  #ownBytes = 0
  #at = 0
  #count = 0
  #total = 0

  /** `needed`: which events before the range are kept, too. */
  constructor(
    bounds: PageBounds = pageBounds,
    range: PageRange = {},
    needed: NeededBefore = { standing: new Set(), causes: new Set() },
  ) {
    this.#bounds = bounds
    this.#range = range
    this.#needed = needed
    this.#words.numberOf('')
  }

  /** Takes the next event; what does not fit any more is only counted. */
  add(event: Event): void {
    this.#total++
    const { from, to } = this.#range
    if (this.count === 0 && from !== undefined && isBefore(event, from)) {
      this.#before++
      // Lanes stand in the order in which their nodes came, whatever part is shown.
      this.#nodes.numberOf(event.node)
      const { standing, causes } = this.#needed
      const isStanding = standing.has(event.seq)
      if (!isStanding && !causes.has(event.seq)) return
      this.#earlier.push(event.seq)
      if (!isStanding) this.#over.push(this.#earlier.length)
    } else if (this.isFull || (to !== undefined && isBehind(event, to))) return
    this.#keep(event)
  }

  #keep(event: Event): void {
    const { seq, at, node, kind, cause, ...own } = recordOf(event)
    const columns = this.#columns
    columns.at.push((at as number) - this.#at)
    columns.node.push(this.#nodes.numberOf(node as string))
    columns.kind.push(this.#kinds.numberOf(kind as string))
    columns.back.push(this.#backTo(cause as number, seq as number))
    columns.word.push(this.#words.numberOf(wordOf(own)))
    columns.peer.push(this.#peerOf(own))
    const text = ownText(own)
    columns.ownLength.push(text.length)
    this.#own.push(text)
    this.#ownBytes += text.length
    this.#at = at as number
    this.#count++
  }

  /** How many events of the range are kept. */
  get count(): number {
    return this.#count - this.#earlier.length
  }

  /** How many events of the page lie between one and what led to it; 0 where that is not here. */
  #backTo(cause: number, seq: number): number {
    if (cause > this.#before) return seq - cause
    const place = placeOf(this.#part, cause)
    return place === 0 ? 0 : this.#count + 1 - place
  }

  get #part(): PagePart {
    return { before: this.#before, earlier: this.#earlier, count: this.#count }
  }

  /** Whether no more events fit. */
  get isFull(): boolean {
    return this.count >= this.#bounds.eventsMax || this.#ownBytes >= this.#bounds.bytesMax
  }

  /** What follows from the events, and the sections of run number `index` of a page. */
  finish(index: number): { readonly info: PackedInfo; readonly sections: ReadonlyMap<string, Uint8Array> } {
    const sections = new Map<string, Uint8Array>(
      Object.entries(this.#columns).map(([name, writer]) => [`${index}.${name}`, writer.bytes()]),
    )
    sections.set(`${index}.own`, Buffer.from(this.#own.join(''), 'latin1'))
    const info = {
      ...this.#part,
      over: this.#over,
      total: this.#total,
      nodes: this.#nodes.list,
      kinds: this.#kinds.list,
      words: this.#words.list,
    }
    return { info, sections }
  }

  #peerOf(own: PlainRecord): number {
    const peer = own['target'] ?? own['source']
    return typeof peer === 'string' && own['operation'] === undefined ? this.#nodes.numberOf(peer) + 1 : 0
  }
}

/** Names by number, in the order in which they came. */
class Names {
  readonly list: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.list.length)
    return this.list.push(name) - 1
  }
}

function ownText(own: PlainRecord): string {
  const json = JSON.stringify(own)
  return json === '{}' ? '' : asciiJson(json)
}

/** The word that tells an event from others of its kind: that of its message, its probe, its operation. */
function wordOf(own: PlainRecord): string {
  for (const field of wordFields) {
    const value = own[field]
    if (typeof value === 'string') return value.slice(0, wordLengthMax)
    if (typeof value !== 'object' || value === null) continue
    const kind = (value as PlainRecord)['kind']
    if (typeof kind === 'string') return kind.slice(0, wordLengthMax)
  }
  return ''
}

const wordFields = [
  'message',
  'why',
  'f',
  'operation',
  'name',
  'fault',
  'faultKind',
  'site',
  'level',
  'phase',
]
