// A run as the viewer holds it: a typed array for each thing that every event has, the rest as text that is read when it
// is looked at. Index 0 of each array stands for no event.

import type { PlainRecord, RunInfo, Sections } from './document.ts'
import { numberOf, placeOf } from './event-numbers.ts'
import { readVarints } from './varints.ts'

/** One run. */
export class Run {
  readonly info: RunInfo
  readonly count: number
  /** The virtual instant of each event, in nanoseconds. */
  readonly at: Float64Array
  /** Where each event is drawn: its instant, unless two runs are aligned. */
  readonly x: Float64Array
  readonly node: Uint32Array
  readonly kind: Uint16Array
  readonly cause: Uint32Array
  readonly word: Uint32Array
  /** The node at the other end, plus one; 0: none. */
  readonly peer: Uint32Array
  /** 1 for an event before the part that is shown which holds no more, and only led to something in it. */
  readonly isOver: Uint8Array
  /** The place of the world among the nodes; -1 where nothing befell it. */
  readonly world: number
  readonly #ownEnd: Float64Array
  readonly #own: Uint8Array
  #text: string | null = null

  /** `index` tells the sections of two runs of one page apart. */
  constructor(info: RunInfo, sections: Sections, index: number) {
    const { count } = info
    const section = (name: string): Uint8Array => sections.get(`${index}.${name}`) ?? new Uint8Array()
    this.info = info
    this.count = count
    this.at = new Float64Array(count + 1)
    this.node = new Uint32Array(count + 1)
    this.kind = new Uint16Array(count + 1)
    this.cause = new Uint32Array(count + 1)
    this.word = new Uint32Array(count + 1)
    this.peer = new Uint32Array(count + 1)
    this.#ownEnd = new Float64Array(count + 1)
    this.#own = section('own')
    readSums(section('at'), this.at)
    readSums(section('ownLength'), this.#ownEnd)
    readInto(section('node'), this.node)
    readInto(section('kind'), this.kind)
    readInto(section('word'), this.word)
    readInto(section('peer'), this.peer)
    readVarints(section('back'), count, (back, place) => {
      this.cause[place + 1] = back === 0 ? 0 : place + 1 - back
    })
    this.x = this.at.slice()
    this.isOver = new Uint8Array(count + 1)
    for (const place of info.over) this.isOver[place] = 1
    this.world = info.nodes.indexOf('')
  }

  /** The first event of the part that is shown: before it stand those without which it is not to be understood. */
  get first(): number {
    return this.info.earlier.length + 1
  }

  /** How many events that part has. */
  get partCount(): number {
    return this.count + 1 - this.first
  }

  /** The instant at which that part begins. */
  get begin(): number {
    return this.info.before === 0 ? 0 : (this.at[this.first] ?? 0)
  }

  /** The number that the trace has for an event of this page. */
  numberOf(seq: number): number {
    return numberOf(this.info, seq)
  }

  /** The event of this page that has a number in the trace; 0 when it is not here. */
  placeOf(number: number): number {
    return placeOf(this.info, number)
  }

  /** The number of a kind; -1 where the run has no such event. */
  kindNumber(name: string): number {
    return this.info.kinds.indexOf(name)
  }

  kindName(seq: number): string {
    return this.info.kinds[this.kind[seq] as number] ?? ''
  }

  nodeName(node: number): string {
    return this.info.nodes[node] ?? ''
  }

  wordOf(seq: number): string {
    return this.info.words[this.word[seq] as number] ?? ''
  }

  /** An event's own fields as JSON; '' when it has none. */
  ownText(seq: number): string {
    const start = this.#ownEnd[seq - 1] ?? 0
    return ascii.decode(this.#own.subarray(start, this.#ownEnd[seq]))
  }

  /** An event's own fields. */
  own(seq: number): PlainRecord {
    const text = this.ownText(seq)
    return text === '' ? {} : (JSON.parse(text) as PlainRecord)
  }

  /** The events whose own fields hold a text, in any case; written over `found`, a flag for each event. */
  search(text: string, found: Uint8Array): void {
    this.#text ??= ascii.decode(this.#own).toLowerCase()
    const wanted = asciiJson(JSON.stringify(text).slice(1, -1)).toLowerCase()
    let seq = 1
    for (let place = this.#text.indexOf(wanted); place >= 0;) {
      while (seq <= this.count && (this.#ownEnd[seq] as number) <= place) seq++
      if (place + wanted.length <= (this.#ownEnd[seq] ?? 0)) found[seq] = 1
      place = this.#text.indexOf(wanted, Math.max(place + 1, this.#ownEnd[seq] ?? Infinity))
    }
  }

  /** The last event at or before an instant of the drawing; 0 when there is none. */
  lastAt(x: number): number {
    return lastAtMost(this.x, x)
  }
}

const ascii = new TextDecoder('latin1')

/** JSON with every character outside of ASCII escaped, so that bytes and characters are the same. */
export function asciiJson(json: string): string {
  // oxlint-disable-next-line no-control-regex -- what is outside of ASCII
  return json.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The last place from 1 on whose value is at most so much; values ascend. 0 when there is none. */
export function lastAtMost(values: ArrayLike<number>, limit: number): number {
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((values[middle] as number) <= limit) low = middle
    else high = middle - 1
  }
  return low
}

/** The first place from 1 on whose value is at least so much; values ascend. The length when there is none. */
export function firstAtLeast(values: ArrayLike<number>, limit: number): number {
  let low = 1
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] as number) < limit) low = middle + 1
    else high = middle
  }
  return low
}

function readInto(bytes: Uint8Array, target: Uint16Array | Uint32Array): void {
  readVarints(bytes, target.length - 1, (value, place) => {
    target[place + 1] = value
  })
}

function readSums(bytes: Uint8Array, target: Float64Array): void {
  let sum = 0
  readVarints(bytes, target.length - 1, (value, place) => {
    sum += value
    target[place + 1] = sum
  })
}
