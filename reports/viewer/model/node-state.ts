// What was known of a node at an event: what it published last, what it waited for, what was on its way to it.

import type { Plain } from './document.ts'
import type { Span } from './operations.ts'
import { lastAtMost } from './run.ts'
import type { RunScene } from './scene.ts'
import { type UnsyncedFile, UnsyncedFiles } from './unsynced.ts'

/** A node at the cursor. */
export interface NodeState {
  readonly life: string
  readonly probes: readonly { readonly name: string; readonly value: Plain; readonly seq: number }[]
  readonly openOperations: readonly Span[]
  /** Messages on their way to it, timers that run, disk operations that were not answered. */
  readonly queues: { readonly incoming: number; readonly timers: number; readonly disk: number }
  /** Files that were changed and not synced since. */
  readonly unsynced: readonly UnsyncedFile[]
}

/** Answers what a node's state was at any event, by binary search in lists of events that it makes once. */
export class NodeStates {
  readonly #scene: RunScene
  /** For each node, the seqs of what counts, by what it counts for; the first entry of a list is 0. */
  readonly #lists: Map<string, number[]>[]
  readonly #probes: Map<string, number[]>[]
  readonly #unsynced: readonly UnsyncedFiles[]

  constructor(scene: RunScene) {
    this.#scene = scene
    const empty = (): Map<string, number[]>[] => scene.run.info.nodes.map(() => new Map<string, number[]>())
    this.#lists = empty()
    this.#probes = empty()
    this.#unsynced = scene.run.info.nodes.map(() => new UnsyncedFiles(scene.run))
    for (let seq = 1; seq <= scene.run.count; seq++) if (scene.run.isOver[seq] === 0) this.#take(seq)
    this.#takeMessages()
  }

  /** The state of a node after an event. */
  at(node: number, seq: number): NodeState {
    const since = this.#last(node, 'start', seq)
    const down = this.#scene.downs.findLast((span) => span.node === node && span.from <= seq)
    const isDown = down !== undefined && (down.to > seq || !down.isOver)
    const count = (name: string): number => this.#count(node, name, since, seq)
    return {
      life: this.#life(since, isDown ? down.why : null),
      probes: this.#probesAt(node, seq),
      openOperations: this.#scene.operations.spans.filter(
        (span) => span.node === node && span.invoke <= seq && (span.end === 0 || span.end > seq),
      ),
      queues: {
        incoming: this.#count(node, 'sent', 0, seq) - this.#count(node, 'arrived', 0, seq),
        timers: isDown && down.why !== 'pause' ? 0 : Math.max(0, count('timer') - count('timer-over')),
        disk: isDown && down.why !== 'pause' ? 0 : Math.max(0, count('disk') - count('disk-over')),
      },
      unsynced: this.#unsynced[node]?.at(seq) ?? [],
    }
  }

  #life(since: number, down: string | null): string {
    if (down !== null) return down === 'pause' ? 'stands still' : `down (${down})`
    if (since === 0) return 'not started'
    const incarnation = Number(this.#scene.run.own(since)['incarnation'])
    return incarnation > 1 ? `up, incarnation ${incarnation}` : 'up'
  }

  #take(seq: number): void {
    const { run } = this.#scene
    const node = run.node[seq] as number
    switch (run.kindName(seq)) {
      case 'start':
        this.#unsynced[node]?.take(seq)
        return add(this.#lists[node], 'start', seq)
      case 'probe':
        return add(this.#probes[node], run.wordOf(seq), seq)
      case 'timer-set':
        // A clock that is stepped has the timers that run set again.
        if (seq >= run.first && run.node[run.cause[seq] as number] === run.world) return
        return add(this.#lists[node], 'timer', seq)
      case 'timer-fire':
      case 'timer-cancel':
        return add(this.#lists[node], 'timer-over', seq)
      case 'disk-request':
        this.#unsynced[node]?.take(seq)
        return add(this.#lists[node], 'disk', seq)
      case 'disk-result':
        this.#unsynced[node]?.take(seq)
        return add(this.#lists[node], 'disk-over', seq)
      case 'disk-crash':
        this.#unsynced[node]?.take(seq)
    }
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

  #probesAt(node: number, seq: number): NodeState['probes'] {
    return [...(this.#probes[node] ?? [])].flatMap(([name, seqs]) => {
      const last = seqs[lastAtMost(seqs, seq)] ?? 0
      return last === 0 ? [] : [{ name, value: this.#scene.run.own(last)['value'] ?? null, seq: last }]
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
