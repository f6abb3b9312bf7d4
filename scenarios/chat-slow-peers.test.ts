// What takes connections back from slow peers is needed: without it, an invariant of the scenario fires.

import { expect, test } from 'vitest'

import chatSlowPeers from './chat-slow-peers.ts'
import { type Data, run, type Scenario } from '../sim/index.ts'

/** What is violated on the first of a few seeds on which anything is. */
async function violated(
  set: Readonly<Record<string, Data>>,
  scenario = chatSlowPeers,
): Promise<string | undefined> {
  for (let seed = 1; seed <= 6; seed++) {
    const { violations } = await run(scenario, { seed, set: new Map(Object.entries(set)), isChecked: false })
    if (violations.length > 0) return violations.map(({ message }) => message.replace(/: \d+ ms/, '')).join()
  }
  return undefined
}

/** The same without one of its invariants, whose violation would end a run. */
function without(scenario: Scenario, name: string): Scenario {
  return {
    ...scenario,
    prepare: (streams, set) => {
      const prepared = scenario.prepare(streams, set)
      return { ...prepared, invariants: prepared.invariants.filter((each) => each.name !== name) }
    },
  }
}

const held = 'a connection was held for too long'

test('a chat that waits for the rest of a command for ever lets its connections be held', async () => {
  expect(await violated({ commandForMs: 3_600_000 })).toContain(`${held}\nby half a `)
})

test('one that waits for a name or a request for ever does too', async () => {
  expect(await violated({ handshakeForMs: 3_600_000 })).toContain(`${held}\nby no `)
})

test('one that measures its waits by the wall clock is found by clocks that jump', async () => {
  expect(await violated({ usesWall: true })).toContain(held)
})

test('then there is none left for others', async () => {
  const others = without(chatSlowPeers, 'a connection is taken back from who never ends what they began')
  expect(await violated({ handshakeForMs: 3_600_000 }, others)).toContain('requests were not answered')
})
