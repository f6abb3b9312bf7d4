// Liveness of elections, from the probe `raft.role`: goals for `eventually`.

import {
  type Duration,
  type Event,
  type Goal,
  type GoalFold,
  type Instant,
  type NodeId,
  between,
  formatDuration,
} from '../../sim/index.ts'
import { isRole } from './probe.ts'

/** The goal that a server that is up leads. */
export const leaderElected: Goal = {
  name: 'a leader is elected',
  kinds: ['probe', 'crash', 'exit', 'stop'],
  unit: 'probes raft.role',
  begin: () => new StableLeader(null),
}

/** The goal that one server leads one term for so long that elections can be said to be over. */
export function stableLeader({ lasting }: { readonly lasting: Duration }): Goal {
  return {
    name: 'a leader stays',
    kinds: ['probe', 'crash', 'exit', 'stop'],
    unit: 'probes raft.role',
    begin: () => new StableLeader(lasting),
  }
}

class StableLeader implements GoalFold {
  readonly #lasting: Duration | null
  /** The terms that servers which are up lead. */
  readonly #terms = new Map<NodeId, number>()
  /** Who may lead; null: anybody. */
  #among: ReadonlySet<NodeId> | null = null
  #leader: NodeId | null = null
  #term = 0
  #since: Instant | null = null
  #changes = 0

  constructor(lasting: Duration | null) {
    this.#lasting = lasting
  }

  count(from: Instant, among?: ReadonlySet<NodeId>): void {
    this.#among = among ?? null
    for (const node of this.#terms.keys()) if (among?.has(node) === false) this.#terms.delete(node)
    this.#follow(from)
    this.#changes = 0
    this.#since = this.#leader === null ? null : from
  }

  on(event: Event): void {
    if (this.#among?.has(event.node) === false) return
    if (event.kind === 'probe') {
      if (event.name !== 'raft.role' || !isRole(event.value)) return
      if (event.value.role === 'leader') this.#terms.set(event.node, event.value.term)
      else if (!this.#terms.delete(event.node)) return
    } else if (!this.#terms.delete(event.node)) return
    this.#follow(event.at)
  }

  isReached(now: Instant): boolean {
    if (this.#since === null) return false
    return this.#lasting === null || between(this.#since, now) >= this.#lasting
  }

  lacking(): string {
    if (this.#lasting === null) return 'no leader was elected'
    return `no leader stayed for ${formatDuration(this.#lasting)} (${this.#changes} changes)`
  }

  /** The leader is the one of the highest term: those of lower terms have not heard of it yet. */
  #follow(at: Instant): void {
    let leader: NodeId | null = null
    let term = 0
    for (const [node, led] of this.#terms) {
      if (leader !== null && led <= term) continue
      leader = node
      term = led
    }
    if (leader === this.#leader && term === this.#term) return
    this.#leader = leader
    this.#term = term
    this.#since = leader === null ? null : at
    this.#changes++
  }
}
