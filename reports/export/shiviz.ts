// A log for ShiViz (bestchai.bitbucket.io/shiviz): its first line is the expression by which ShiViz parses the rest, the
// second the delimiter of executions, which is none. Two lines an event: host and vector clock, then what happened. The
// world is no host: its events have no order of their own; what they cause shows at the nodes.

import { type Event, formatInstant, type NodeId } from '../../sim/index.ts'
import { eventText } from '../event-text.ts'
import type { ExportContext, Exporter } from './exporter.ts'
import { lineText, wordText } from './safe-text.ts'
import { VectorClocks } from './vector-clocks.ts'

/** What ShiViz finds in each event. */
const expression = String.raw`(?<host>\S*) (?<clock>\{.*\})\n(?<event>.*)`

/** The exporter. */
export function shiviz(_context: ExportContext): Exporter {
  return new ShiViz()
}

class ShiViz implements Exporter {
  readonly #clocks = new VectorClocks()
  /** Names as the log has them, which have no white space; and as keys of a clock, ready to be put into one. */
  readonly #words = new Map<NodeId, string>()
  readonly #keys = new Map<NodeId, string>()

  /** What the clock of each node says of others, which is the same until it learns something. */
  readonly #known = new Map<NodeId, { readonly knowledge: number; readonly text: string }>()

  begin(): string {
    return `${expression}\n\n`
  }

  event(event: Event): string {
    const isCounted = event.node !== ''
    this.#clocks.add(event, isCounted)
    if (!isCounted) return ''
    const text = eventText(event)
    const said = `#${event.seq} ${formatInstant(event.at)} ${event.kind}${text === '' ? '' : ` ${text}`}`
    return `${this.#word(event.node)} {${this.#clock(event.node)}}\n${lineText(said)}\n`
  }

  skip(event: Event): void {
    this.#clocks.add(event, false)
  }

  end(): string {
    return ''
  }

  #clock(node: NodeId): string {
    const knowledge = this.#clocks.knowledgeOf(node)
    let known = this.#known.get(node)
    if (known?.knowledge !== knowledge)
      this.#known.set(node, (known = { knowledge, text: this.#others(node) }))
    return `${this.#key(node)}${this.#clocks.ticksOf(node)}${known.text}`
  }

  #others(node: NodeId): string {
    let text = ''
    for (const [name, count] of this.#clocks.othersOf(node)) text += `, ${this.#key(name)}${count}`
    return text
  }

  #word(node: NodeId): string {
    let word = this.#words.get(node)
    if (word === undefined) this.#words.set(node, (word = wordText(node)))
    return word
  }

  #key(node: NodeId): string {
    let key = this.#keys.get(node)
    if (key === undefined) this.#keys.set(node, (key = `${JSON.stringify(this.#word(node))}: `))
    return key
  }
}
