// What was known of a node at an event: what it published last, what it waited for, what was on its way to it.

import type { Plain } from './document.ts'
import type { Span } from './operations.ts'
import { wordText } from './plain.ts'
import { lastAtMost } from './run.ts'
import type { RunScene } from './scene.ts'

/** A node at the cursor. */
export interface NodeState {
  readonly life: string
  readonly probes: readonly { readonly name: string; readonly value: Plain; readonly seq: number }[]
  readonly openOperations: readonly Span[]
  /** Messages on their way to it, timers that run, disk operations that were not answered. */
  readonly queues: { readonly incoming: number; readonly timers: number; readonly disk: number }
  /** Files that were written and not synced since. */
  readonly unsynced: readonly { readonly path: string; readonly seq: number }[]
}

const writes: ReadonlySet<string> = new Set(['write', 'append', 'truncate'])

/** Answers what a node's state was at any event, by binary search in lists of events that it makes once. */
export class NodeStates {
  readonly #scene: RunScene
  /** For each node, the seqs of what counts, by what it counts for; the first entry of a list is 0. */
  readonly #lists: Map<string, number[]>[]
  readonly #probes: Map<string, number[]>[]
  readonly #written: Map<string, number[]>[]
  readonly #synced: Map<string, number[]>[]

  constructor(scene: RunScene) {
    this.#scene = scene
    const empty = (): Map<string, number[]>[] => scene.run.info.nodes.map(() => new Map<string, number[]>())
    this.#lists = empty()
    this.#probes = empty()
    this.#written = empty()
    this.#synced = empty()
    for (let seq = 1; seq <= scene.run.count; seq++) this.#take(seq)
    this.#takeMessages()
  }

  /** The state of a node after an event. */
  at(node: number, seq: number): NodeState {
    const since = this.#last(node, 'start', seq)
    const down = this.#scene.downs.findLast((span) => span.node === node && span.from <= seq)
    const isDown = down !== undefined && down.to > seq
    const count = (name: string): number => this.#count(node, name, since, seq)
    return {
      life: this.#life(node, since, isDown ? down.why : null, seq),
      probes: this.#probesAt(node, seq),
      openOperations: this.#scene.operations.spans.filter(
        (span) => span.node === node && span.invoke <= seq && (span.end === 0 || span.end > seq),
      ),
      queues: {
        incoming: this.#count(node, 'sent', 0, seq) - this.#count(node, 'arrived', 0, seq),
        timers: isDown && down.why !== 'pause' ? 0 : Math.max(0, count('timer') - count('timer-over')),
        disk: isDown && down.why !== 'pause' ? 0 : Math.max(0, count('disk') - count('disk-over')),
      },
      unsynced: this.#unsyncedAt(node, seq),
    }
  }

  #life(node: number, since: number, down: string | null, seq: number): string {
    if (down !== null) return down === 'pause' ? 'stands still' : `down (${down})`
    if (since === 0) return 'not started'
    const incarnation = this.#count(node, 'start', 0, seq)
    return incarnation > 1 ? `up, incarnation ${incarnation}` : 'up'
  }

  #take(seq: number): void {
    const { run } = this.#scene
    const node = run.node[seq] as number
    switch (run.kindName(seq)) {
      case 'start':
        return add(this.#lists[node], 'start', seq)
      case 'probe':
        return add(this.#probes[node], run.wordOf(seq), seq)
      case 'timer-set':
        return add(this.#lists[node], 'timer', seq)
      case 'timer-fire':
      case 'timer-cancel':
        return add(this.#lists[node], 'timer-over', seq)
      case 'disk-request':
        add(this.#lists[node], 'disk', seq)
        if (writes.has(run.wordOf(seq))) add(this.#written[node], this.#pathOf(seq), seq)
        return
      case 'disk-result':
        add(this.#lists[node], 'disk-over', seq)
        if (run.wordOf(seq) === 'sync') this.#takeSync(seq)
        return
      case 'disk-crash':
        return add(this.#synced[node], this.#pathOf(seq), seq)
    }
  }

  #takeSync(seq: number): void {
    const { run } = this.#scene
    if (run.own(seq)['error'] !== undefined) return
    // What was written after the sync was asked for may not be on disk.
    add(this.#synced[run.node[seq] as number], this.#pathOf(seq), run.cause[seq] || seq)
  }

  #takeMessages(): void {
    const { messages } = this.#scene
    for (let place = 0; place < messages.count; place++) {
      const list = this.#lists[messages.target[place] as number]
      add(list, 'sent', messages.send[place] as number)
      if ((messages.end[place] as number) > 0) add(list, 'arrived', messages.end[place] as number)
    }
    for (const list of this.#lists) list.get('arrived')?.sort((a, b) => a - b)
  }

  #pathOf(seq: number): string {
    return wordText(this.#scene.run.own(seq)['path'])
  }

  #probesAt(node: number, seq: number): NodeState['probes'] {
    return [...(this.#probes[node] ?? [])].flatMap(([name, seqs]) => {
      const last = seqs[lastAtMost(seqs, seq)] ?? 0
      return last === 0 ? [] : [{ name, value: this.#scene.run.own(last)['value'] ?? null, seq: last }]
    })
  }

  #unsyncedAt(node: number, seq: number): NodeState['unsynced'] {
    const synced = this.#synced[node]
    return [...(this.#written[node] ?? [])].flatMap(([path, seqs]) => {
      const write = seqs[lastAtMost(seqs, seq)] ?? 0
      const syncs = synced?.get(path) ?? [0]
      return write > (syncs[lastAtMost(syncs, seq)] ?? 0) ? [{ path, seq: write }] : []
    })
  }

  #last(node: number, name: string, seq: number): number {
    const seqs = this.#lists[node]?.get(name) ?? [0]
    return seqs[lastAtMost(seqs, seq)] ?? 0
  }

  /** How many events of a list lie behind `since` up to `seq`. */
  #count(node: number, name: string, since: number, seq: number): number {
    const seqs = this.#lists[node]?.get(name)
    return seqs === undefined ? 0 : lastAtMost(seqs, seq) - lastAtMost(seqs, since)
  }
}

function add(lists: Map<string, number[]> | undefined, name: string, seq: number): void {
  const list = lists?.get(name)
  if (list === undefined) lists?.set(name, [0, seq])
  else list.push(seq)
}
