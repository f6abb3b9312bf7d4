// Who waits for what, told from events alone: which operations are open, whom each node has asked without an answer since,
// whether what it sent was lost, who is down or stands still, whose disk or connection owes a result.

import type { DropReason, Event, EventKind, NodeId, OperationEvent } from '../event.ts'
import { formatInstant, type Instant } from '../time.ts'

/** Kinds that say who lives: to be told from the start of a run. */
export const lifeKinds: readonly EventKind[] = ['start', 'crash', 'stop', 'exit', 'pause', 'resume']

/** Everything that `Waits` wants to be told while it matters who waits. */
export const waitKinds: readonly EventKind[] = [
  ...lifeKinds,
  'operation',
  'send',
  'deliver',
  'drop',
  'disk-request',
  'disk-result',
  'connect',
  'connect-result',
]

const linesMax = 16
const openMax = 3
const peersMax = 4

interface Asked {
  readonly seq: number
  readonly at: Instant
  readonly what: string
  fate: 'no answer' | `lost (${DropReason})` | `answer lost (${DropReason})`
}

interface Node {
  /** Why it is down or stands still; null when it runs. */
  absent: { readonly why: string; readonly since: Instant } | null
  readonly open: Map<number, OperationEvent>
  /** The last question to each peer that has said nothing since. */
  readonly asked: Map<NodeId, Asked>
  /** What its disk and its connections owe it, by the seq of the request. */
  readonly owed: Map<number, { readonly what: string; readonly since: Instant }>
}

/** Watches who waits for what. */
export class Waits {
  readonly #nodes = new Map<NodeId, Node>()

  /** Takes the next event. */
  on(event: Event): void {
    const node = this.#node(event.node)
    switch (event.kind) {
      case 'operation':
        if (event.phase === 'invoke') node.open.set(event.id, event)
        else node.open.delete(event.id)
        return
      case 'send':
        this.#ask(node, event)
        return
      case 'connect':
        node.owed.set(event.seq, { what: `a connection to ${event.target}`, since: event.at })
        return
      case 'deliver':
        node.asked.delete(event.source)
        return
      case 'drop':
        this.#lose(node, event)
        return
      case 'disk-request':
        node.owed.set(event.seq, { what: `its disk (${event.operation} ${event.path})`, since: event.at })
        return
      case 'disk-result':
      case 'connect-result':
        node.owed.delete(event.cause)
        return
      default:
        this.#live(node, event)
    }
  }

  /** Who of these nodes waits for what, and for what those wait in turn, a line each. */
  explain(nodes: readonly NodeId[]): readonly string[] {
    const waiting = nodes.filter((name) => this.#node(name).open.size > 0)
    const queue = waiting.length > 0 ? waiting : [...nodes]
    const seen = new Set(queue)
    const lines: string[] = []
    for (const name of queue) {
      const { line, peers } = this.#explainNode(name)
      if (line !== null) lines.push(line)
      for (const peer of peers) {
        if (!seen.has(peer)) queue.push(peer)
        seen.add(peer)
      }
    }
    return lines.length > linesMax ? [...lines.slice(0, linesMax), '…'] : lines
  }

  #explainNode(name: NodeId): { readonly line: string | null; readonly peers: readonly NodeId[] } {
    const { absent, open, asked, owed } = this.#node(name)
    if (absent !== null)
      return { line: `${name} ${absent.why} since ${formatInstant(absent.since)}`, peers: [] }
    const latest = [...asked].slice(-peersMax)
    const parts = [
      ...[...open.values()].slice(0, openMax).map(operationText),
      ...[...owed.values()]
        .slice(0, openMax)
        .map(({ what, since }) => `for ${what} since ${formatInstant(since)}`),
      ...latest.map(([peer, each]) => `for ${peer}: ${each.what} at ${formatInstant(each.at)}, ${each.fate}`),
    ]
    const line = parts.length === 0 ? null : `${name} waits ${parts.join('; ')}`
    return { line, peers: latest.map(([peer]) => peer) }
  }

  // What goes to somebody who waits for this node is an answer, and asks for none itself.
  #ask(node: Node, { seq, at, node: name, target, message }: Event & { readonly kind: 'send' }): void {
    if (this.#node(target).asked.has(name)) return
    const what = typeof message['kind'] === 'string' ? message['kind'] : 'a message'
    node.asked.delete(target)
    node.asked.set(target, { seq, at, what, fate: 'no answer' })
  }

  #lose(node: Node, { node: name, target, why, cause }: Event & { readonly kind: 'drop' }): void {
    const question = node.asked.get(target)
    if (question?.seq === cause) question.fate = `lost (${why})`
    const waiting = this.#node(target).asked.get(name)
    if (waiting?.fate === 'no answer') waiting.fate = `answer lost (${why})`
  }

  #live(node: Node, { kind, at }: Event): void {
    if (kind === 'pause') node.absent = { why: 'stands still', since: at }
    if (kind === 'resume' || kind === 'start') node.absent = null
    if (kind !== 'crash' && kind !== 'stop' && kind !== 'exit') return
    // What it waited for died with it, and so did the operations that it had begun.
    node.absent = { why: `is down (${kind})`, since: at }
    for (const pending of [node.open, node.asked, node.owed]) pending.clear()
  }

  #node(name: NodeId): Node {
    let node = this.#nodes.get(name)
    if (node === undefined) {
      node = { absent: null, open: new Map(), asked: new Map(), owed: new Map() }
      this.#nodes.set(name, node)
    }
    return node
  }
}

function operationText({ f, key, at }: OperationEvent): string {
  return `for its ${f}${key === null ? '' : ` ${JSON.stringify(key)}`} since ${formatInstant(at)}`
}
