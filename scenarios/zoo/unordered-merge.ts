// Replicas of a set take additions and removals of clients at once and tell each other later, in whatever order updates
// get through. A removal takes the element away wherever it arrives: a replica that hears of a concurrent addition first
// loses the element, one that hears of it afterwards keeps it, and they stay different for good although each has merged
// the same updates. Fixed as the observed-remove set is defined: each addition has a tag of its own, a removal names the
// tags that it has seen, and a tag that was removed stays so even if its addition comes later.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { eventually, fold, progress } from '../../invariants/index.ts'
import {
  type DataRecord,
  group,
  type Invariant,
  ms,
  type NodeId,
  partitions,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const replicas: readonly NodeId[] = ['replica-1', 'replica-2', 'replica-3']
const elements = ['apple', 'bread', 'cheese'] as const
const gossipEvery = ms(150)
const patience = ms(100)

/** An addition or a removal as replicas tell it to each other. Those of one origin are numbered from 1. */
interface Update extends DataRecord {
  readonly origin: NodeId
  readonly number: number
  readonly isAddition: boolean
  readonly element: string
  /** The tag of an addition; those that a removal has seen. */
  readonly tags: readonly string[]
}

/** A set that takes updates in any order. */
class TaggedSet {
  readonly #tags = new Map<string, Set<string>>()
  readonly #removed = new Set<string>()
  readonly #isObservedRemove: boolean

  constructor(isObservedRemove: boolean) {
    this.#isObservedRemove = isObservedRemove
  }

  tagsOf(element: string): readonly string[] {
    return [...(this.#tags.get(element) ?? [])]
  }

  elements(): readonly string[] {
    return [...this.#tags.keys()].toSorted()
  }

  apply({ isAddition, element, tags }: Update): void {
    const left = new Set(this.tagsOf(element))
    if (isAddition) for (const tag of tags) left.add(tag)
    else if (!this.#isObservedRemove) left.clear()
    else for (const tag of tags) this.#removed.add(tag)
    for (const tag of left) if (this.#removed.has(tag)) left.delete(tag)
    if (left.size === 0) this.#tags.delete(element)
    else this.#tags.set(element, left)
  }
}

/** Takes updates from clients, and from other replicas those that it does not know yet. */
function replica(isFixed: boolean): Program {
  return (env) => {
    const set = new TaggedSet(isFixed)
    const updates = new Map<NodeId, Update[]>(replicas.map((name) => [name, []]))
    const others = replicas.filter((name) => name !== env.name)
    const own = updates.get(env.name) ?? []
    const seen = (): readonly number[] => [...updates.values()].map(({ length }) => length)

    const merge = (update: Update): void => {
      const known = updates.get(update.origin)
      if (known === undefined || update.number !== known.length + 1) return
      known.push(update)
      set.apply(update)
      env.probe('merged', { seen: seen(), elements: set.elements() })
    }
    const change = (element: string, isAddition: boolean): DataRecord => {
      const number = own.length + 1
      const tags = isAddition ? [`${env.name}.${number}`] : set.tagsOf(element)
      const update = { origin: env.name, number, isAddition, element, tags }
      merge(update)
      for (const other of others) env.messages.send(other, { kind: 'updates', updates: [update] })
      return {}
    }

    answers(env, 'add', ({ element }) => change(element as string, true))
    answers(env, 'remove', ({ element }) => change(element as string, false))
    env.messages.on('updates', (message) => (message['updates'] as readonly Update[]).forEach(merge))
    env.messages.on('gossip', (message, other) => {
      const missing = [...updates.values()].flatMap((known, place) =>
        known.slice((message['seen'] as readonly number[])[place]),
      )
      if (missing.length > 0) env.messages.send(other, { kind: 'updates', updates: missing })
    })
    env.timers.every(gossipEvery, () => {
      env.messages.send(env.random.pick(others), { kind: 'gossip', seen: seen() })
    })
  }
}

/** Adds and removes elements at any replica. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const call = async (f: 'add' | 'remove', place: number): Promise<void> => {
    const random = env.randomFor(`call ${place}`)
    const [target, element] = [random.pick(replicas), random.pick(elements)]
    const operation = env.invoke({ f, value: element })
    if ((await ask(target, { kind: f, element })) === null) operation.info('no answer')
    else operation.ok()
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [3, 'add'],
      [2, 'remove'],
    ],
    call,
  })
}

/** Whatever the order: replicas that have merged the same updates hold the same set (strong convergence). */
const sameUpdatesSameSet: Invariant = fold<Map<string, string>, 'probe'>({
  name: 'the same updates make the same set',
  kinds: ['probe'],
  initial: () => new Map(),
  on: (states, { value }) => {
    const { seen, elements: held } = value as DataRecord
    const [updates, now] = [JSON.stringify(seen), JSON.stringify(held)]
    const known = states.get(updates) ?? now
    states.set(updates, known)
    return known === now ? null : `replicas differ after the same updates\none holds ${known}, another ${now}`
  },
})

const unorderedMerge: Scenario = scenario({
  title: 'replicas merge the same additions and removals in another order, and stay different',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('replica', replicas.length, replica(isFixed)),
    ...group('client', 3, client, { quorum: 0, operations: ['add', 'remove'] }),
  ],
  faults: [partitions({ of: 'replica', every: seconds(4), for: [ms(100), seconds(1)] })],
  invariants: [sameUpdatesSameSet, eventually(progress, { within: seconds(2) })],
  duration: seconds(6),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'unordered-merge',
  source:
    'Shapiro, Preguiça, Baquero and Zawirski, "Conflict-free Replicated Data Types", SSS 2011; the same, "A comprehensive study of Convergent and Commutative Replicated Data Types", INRIA RR-7506, 2011, section 3.3.5 (Observed-Remove Set)',
  invariant: 'the same updates make the same set',
  seedsMax: 100,
  scenario: unorderedMerge,
}

export default unorderedMerge
