// A sequence diagram for documents, as Mermaid draws it (mermaid.js.org/syntax/sequenceDiagram.html). It has a bound: what
// comes after is counted, and the diagram says so.

import { type Data, type Event, type EventOf, formatInstant, type NodeId } from '../../sim/index.ts'
import { cut, dataText } from '../data-text.ts'
import { readers } from '../viewer/model/call-text.ts'
import { messageKind } from './event-name.ts'
import type { ExportContext, ExportEnd, Exporter } from './exporter.ts'

const stepsMax = 150
const textLengthMax = 60

/** The exporter. */
export function mermaid({ isSlice = false }: ExportContext): Exporter {
  return new Mermaid(isSlice)
}

/** A note that concerns all participants. */
interface OverAll {
  readonly text: string
}

class Mermaid implements Exporter {
  readonly #participants = new Map<NodeId, string>()
  readonly #steps: (string | OverAll)[] = []
  /** What is under way, by the seq of its sending. */
  readonly #kinds = new Map<number, string>()
  readonly #isSlice: boolean
  #left = 0

  constructor(isSlice: boolean) {
    this.#isSlice = isSlice
  }

  begin(): string {
    return ''
  }

  standing(events: readonly Event[]): string {
    for (const event of events) {
      if (event.kind === 'send') this.#kinds.set(event.seq, messageKind(event.message))
      const since = `since ${formatInstant(event.at)}`
      if (event.kind === 'fault-begin') this.#steps.push({ text: `${since} fault ${event.fault.kind}` })
      else if (['crash', 'stop', 'exit', 'pause'].includes(event.kind))
        this.#steps.push(this.#note(event.node, `${since} ${event.kind}`))
    }
    return ''
  }

  event(event: Event): string {
    if (this.#steps.length < stepsMax) {
      const step = this.#step(event)
      if (step !== null) this.#steps.push(step)
    } else if (isStep(event)) this.#left++
    return ''
  }

  end({ footer }: ExportEnd): string {
    const heads = [...this.#participants].map(([node, id]) => `  participant ${id} as ${mermaidText(node)}`)
    const steps = this.#steps.flatMap((step) => (typeof step === 'string' ? [step] : this.#over(step.text)))
    const more = this.#left === 0 ? [] : this.#over(`and ${this.#left} more`)
    const invariant = this.#isSlice ? footer?.violations[0]?.['invariant'] : undefined
    const verdict = typeof invariant === 'string' ? this.#over(`violated: ${invariant}`) : []
    return `${['sequenceDiagram', ...heads, ...steps, ...more, ...verdict].join('\n')}\n`
  }

  #step(event: Event): string | OverAll | null {
    switch (event.kind) {
      case 'send':
        this.#kinds.set(event.seq, messageKind(event.message))
        return null
      case 'deliver':
        this.#kinds.delete(event.cause)
        return `  ${this.#id(event.source)}->>${this.#id(event.node)}: ${mermaidText(messageKind(event.message))}`
      case 'drop': {
        const kind = this.#kinds.get(event.cause) ?? 'message'
        this.#kinds.delete(event.cause)
        return `  ${this.#id(event.node)}-x${this.#id(event.target)}: ${mermaidText(`${kind} (${event.why})`)}`
      }
      case 'operation':
        return this.#note(event.node, operationText(event))
      case 'fault-begin':
        return { text: `${formatInstant(event.at)} fault ${event.fault.kind}` }
      case 'fault-end':
        return { text: `${formatInstant(event.at)} fault ${event.faultKind} ends` }
      case 'start':
        return event.incarnation === 1
          ? null
          : this.#note(event.node, `start, incarnation ${event.incarnation}`)
      case 'probe':
        return this.#isSlice ? this.#note(event.node, `${event.name} ${dataText(event.value)}`) : null
      case 'crash':
      case 'stop':
      case 'exit':
      case 'pause':
      case 'resume':
        return this.#note(event.node, `${formatInstant(event.at)} ${event.kind}`)
      default:
        return null
    }
  }

  #note(node: NodeId, text: string): string {
    return `  Note over ${this.#id(node)}: ${mermaidText(text)}`
  }

  /** A note from the first participant to the last, when all are known. */
  #over(text: string): readonly string[] {
    const ids = [...this.#participants.values()]
    if (ids.length === 0) return []
    const ends = ids.length === 1 ? ids : [ids[0], ids.at(-1)]
    return [`  Note over ${ends.join(',')}: ${mermaidText(text)}`]
  }

  #id(node: NodeId): string {
    let id = this.#participants.get(node)
    if (id === undefined) this.#participants.set(node, (id = `n${this.#participants.size + 1}`))
    return id
  }
}

const stepKinds: ReadonlySet<string> = new Set([
  'deliver',
  'drop',
  'operation',
  'fault-begin',
  'fault-end',
  'crash',
  'stop',
  'exit',
  'pause',
  'resume',
])

function isStep({ kind }: Event): boolean {
  return stepKinds.has(kind)
}

function operationText({ phase, f, key, value }: EventOf<'operation'>): string {
  const shown = (data: Data): string => (data === null ? '' : ` ${dataText(data, 20)}`)
  const isRead = phase === 'ok' && value === null && readers.has(f)
  return `${phase} ${f}${shown(key)}${isRead ? ' null' : shown(value)}`
}

/** A text in a diagram: what could mean something to Mermaid, or to the page that shows it, is written as a code. */
function mermaidText(text: string): string {
  const short = cut(text, textLengthMax)
  const words = Array.from(short, (character) =>
    /^[\p{L}\p{N} .,_/()=@+-]$/u.test(character) ? character : `#${codeOf(character)};`,
  )
  const coded = words
    .join('')
    .replaceAll(/\b(en)(d)\b/gi, (_, start: string, last: string) => `${start}#${codeOf(last)};`)
  return coded.trim() === '' ? '#160;' : coded
}

function codeOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  const isNone = code < 32 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000)
  return isNone || (code & 0xfffe) === 0xfffe ? 0xfffd : code
}
