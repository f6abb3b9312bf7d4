// A sharded store lists its items in pages: a client asks for the items from an offset on, shard after shard. While it
// goes through the pages a slot of items moves from a shard that it has seen to one that comes later: what follows now
// stands further ahead than the offset says, and the next page begins behind items that nobody has shown. Fixed by a
// cursor: a page goes on after the last key that was seen, in the order of keys, which no move changes.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, type Ask, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  clogs,
  type DataRecord,
  type Env,
  group,
  type Invariant,
  ms,
  node,
  type NodeId,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const shards: readonly NodeId[] = ['shard-1', 'shard-2', 'shard-3']
const slots = 8
const pageSize = 10
/** Nothing is lost in this network. */
const patience = seconds(10)

function slotOf(key: string): number {
  return Number(key.slice(0, 3)) % slots
}

/** Holds the keys of some slots. */
const shard: Program = (env) => {
  let keys: readonly string[] = []
  answers(env, 'keys', () => ({ keys }))
  answers(env, 'import', (message) => {
    keys = [...keys, ...(message['keys'] as readonly string[])].toSorted()
    return {}
  })
  answers(env, 'export', ({ slot }) => {
    const moved = keys.filter((key) => slotOf(key) === slot)
    keys = keys.filter((key) => slotOf(key) !== slot)
    return { keys: moved }
  })
}

/** Knows which shard has which slot, and does one thing at a time. */
function router(isFixed: boolean): Program {
  return (env) => {
    const ask = asker(env, patience)
    const owners = Array.from({ length: slots }, (_, slot) => shards[slot % shards.length] ?? '')
    let last = Promise.resolve()

    const insert = async ({ key }: DataRecord): Promise<DataRecord> => {
      await ask(owners[slotOf(key as string)] ?? '', { kind: 'import', keys: [key ?? null] })
      return {}
    }
    const move = async ({ slot, target }: DataRecord): Promise<DataRecord> => {
      const moved = await ask(owners[Number(slot)] ?? '', { kind: 'export', slot })
      owners[Number(slot)] = target as NodeId
      await ask(target as NodeId, { kind: 'import', keys: moved?.['keys'] ?? [] })
      return {}
    }
    const page = async (from: DataRecord): Promise<DataRecord> => {
      const keys = await keysOfAll(ask)
      return {
        keys: isFixed ? pageAfter(keys, from['last'] as string) : pageAt(keys, Number(from['offset'])),
      }
    }
    const handle = (kind: string, reply: (question: DataRecord) => Promise<DataRecord>): void => {
      const answer = async (question: DataRecord, source: NodeId): Promise<void> => {
        const said = await reply(question)
        env.messages.send(source, { ...said, kind: 'answer', id: question['id'] ?? null })
      }
      env.messages.on(
        kind,
        async (question, source) => (last = last.then(async () => answer(question, source))),
      )
    }

    handle('insert', insert)
    handle('move', move)
    handle('page', page)
  }
}

/** The keys of all shards, those of the first shard first. */
async function keysOfAll(ask: Ask): Promise<readonly string[]> {
  const all = await Promise.all(shards.map(async (name) => ask(name, { kind: 'keys' })))
  return all.flatMap((answer) => (answer?.['keys'] ?? []) as readonly string[])
}

function pageAt(keys: readonly string[], offset: number): readonly string[] {
  return keys.slice(offset, offset + pageSize)
}

function pageAfter(keys: readonly string[], last: string): readonly string[] {
  const rest = keys.filter((key) => key > last)
  return rest.toSorted().slice(0, pageSize)
}

/** Inserts items, and lists all there are. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const insert = async (place: number): Promise<void> => {
    const key = `${env.randomFor(`call ${place}`).int(100, 999)}.${env.name}.${place}`
    const operation = env.invoke({ f: 'insert', value: key })
    if ((await ask('router', { kind: 'insert', key })) === null) operation.info('no answer')
    else operation.ok()
  }
  const list = async (): Promise<void> => {
    const operation = env.invoke({ f: 'list' })
    const keys: string[] = []
    for (;;) {
      const from = { offset: keys.length, last: keys.at(-1) ?? '' }
      const page = (await ask('router', { kind: 'page', ...from }))?.['keys'] as readonly string[] | undefined
      if (page === undefined) return operation.fail('no answer')
      if (page.length === 0) return operation.ok(keys)
      keys.push(...page)
    }
  }

  arrive(env, {
    every: ms(150),
    mix: [
      [3, 'insert'],
      [1, 'list'],
    ],
    call: async (f, place) => (f === 'insert' ? insert(place) : list()),
  })
}

/** Moves slots between shards. */
const rebalancer: Program = (env) => {
  const ask = asker(env, patience)
  arrive(env, { every: seconds(1.5), mix: [[1, 'move']], call: async (_f, place) => move(env, ask, place) })
}

async function move(env: Env, ask: Ask, place: number): Promise<void> {
  const random = env.randomFor(`call ${place}`)
  const [slot, target] = [random.int(0, slots - 1), random.pick(shards)]
  const operation = env.invoke({ f: 'move', key: slot, value: target })
  if ((await ask('router', { kind: 'move', slot, target })) === null) operation.info('no answer')
  else operation.ok()
}

interface Listings {
  /** The keys whose insertions are to end, by id. */
  readonly inserts: Map<number, string>
  /** The keys that are certainly there, in order. */
  readonly keys: string[]
  /** How many keys were there when an open listing began, by its id. */
  readonly lists: Map<number, number>
  looked: number
}

/** A listing shows at least what was there when it began. */
const skipsNothing: Invariant = fold<Listings, 'operation'>({
  name: 'a listing skips nothing',
  kinds: ['operation'],
  initial: () => ({ inserts: new Map(), keys: [], lists: new Map(), looked: 0 }),
  on: (state, { phase, f, id, value }) => {
    if (f === 'insert' && phase === 'invoke') state.inserts.set(id, value as string)
    else if (f === 'insert' && phase === 'ok') state.keys.push(state.inserts.get(id) ?? '')
    else if (f === 'list' && phase === 'invoke') state.lists.set(id, state.keys.length)
    else if (f === 'list' && phase === 'ok') return judge(state, id, value as readonly string[])
    return null
  },
  looked: ({ looked }) => looked,
})

function judge(state: Listings, id: number, listed: readonly string[]): string | null {
  state.looked++
  const shown = new Set(listed)
  const skipped = state.keys.slice(0, state.lists.get(id)).find((key) => !shown.has(key))
  return skipped === undefined ? null : `an item is missing that was there when the listing began\n${skipped}`
}

const skippedItems: Scenario = scenario({
  title: 'a slot moves to another shard between two pages, and the listing skips items',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('router', router(isFixed)),
    ...group('shard', shards.length, shard),
    ...group('client', 3, client, { quorum: 0, operations: ['insert', 'list'] }),
    ...group('rebalancer', 1, rebalancer, { quorum: 0, operations: ['move'] }),
  ],
  faults: [
    clogs({
      of: 'client',
      every: seconds(3),
      for: [ms(300), seconds(2)],
      added: [ms(5), ms(150)],
      factor: [1, 1],
    }),
  ],
  invariants: [skipsNothing],
  duration: seconds(7),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'skipped-items',
  source:
    'Markus Winand, "We need tool support for keyset pagination", use-the-index-luke.com/no-offset; garden-co/jazz, issue 2222, "Encourage cursor pagination across topology transitions"',
  invariant: 'a listing skips nothing',
  seedsMax: 100,
  scenario: skippedItems,
}

export default skippedItems
