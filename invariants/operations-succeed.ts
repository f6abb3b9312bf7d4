import type { Event, Goal, GoalFold, Instant, NodeId } from '../sim/index.ts'
import { nodesNamed } from './nodes-named.ts'

/**
 * The goal that clients get work done: every node named (a node, a group, or several) has an operation that began after
 * the faults ended and succeeded.
 */
export function operationsSucceed(names: string | readonly string[]): Goal {
  return {
    name: `operations of ${typeof names === 'string' ? names : names.join(', ')} succeed`,
    kinds: ['operation'],
    begin: (world) => new OperationsSucceed(nodesNamed(world, names)),
  }
}

/** The goal that anybody gets work done: some operation that began after the faults ended succeeds. */
export const progress: Goal = {
  name: 'progress',
  kinds: ['operation'],
  begin: () => new OperationsSucceed(null),
}

class OperationsSucceed implements GoalFold {
  /** The nodes without a success yet; null when one success of anybody is enough. */
  readonly #waiting: Set<NodeId> | null
  /** Operations that began since it counts and are open. */
  readonly #open = new Set<number>()
  /** Whose operations count; null: everybody's. */
  #among: ReadonlySet<NodeId> | null = null
  #isCounting = false
  #isAnySucceeded = false

  constructor(nodes: readonly NodeId[] | null) {
    this.#waiting = nodes === null ? null : new Set(nodes)
  }

  count(_from: Instant, among?: ReadonlySet<NodeId>): void {
    this.#isCounting = true
    this.#among = among ?? null
    for (const node of this.#waiting ?? []) if (!this.#isCounted(node)) this.#waiting?.delete(node)
  }

  on(event: Event): void {
    if (event.kind !== 'operation' || !this.#isCounting || !this.#isCounted(event.node)) return
    if (event.phase === 'invoke') this.#open.add(event.id)
    else if (this.#open.delete(event.id) && event.phase === 'ok') this.#succeeded(event.node)
  }

  isReached(): boolean {
    return this.#waiting === null ? this.#isAnySucceeded : this.#waiting.size === 0
  }

  lacking(): string {
    if (this.#waiting === null) return 'no operation succeeded'
    return `no operation of ${[...this.#waiting].toSorted().join(', ')} succeeded`
  }

  #isCounted(node: NodeId): boolean {
    return this.#among?.has(node) !== false
  }

  #succeeded(node: NodeId): void {
    this.#isAnySucceeded = true
    this.#waiting?.delete(node)
  }
}
