// Each planted bug of the chat (nodes/chat/chat-rules.ts) is found by the invariant whose promise it breaks, on the first of these
// seeds; the right server passes there.

import { expect, it } from 'vitest'

import chatCrash from './chat-crash.ts'
import chatPartition from './chat-partition.ts'
import chatRooms from './chat-rooms.ts'
import { chatMutants } from '../nodes/chat/index.ts'
import { run, type Scenario } from '../sim/index.ts'

const found: readonly (readonly [mutant: string, scenario: Scenario, seed: number, invariant: string])[] = [
  ['acknowledge-before-sync', chatCrash, 1, 'every acknowledged message stays in the history'],
  ['forget-ids', chatPartition, 1, 'no message is in its room twice'],
  ['own-first', chatCrash, 1, 'everybody in a room hears the same messages in the same order'],
  ['recall-nothing', chatRooms, 1, 'no message is in its room twice'],
  ['resume-too-late', chatPartition, 1, 'no message is lost for a member'],
]

it('the table names every planted bug', () => {
  expect(new Set(found.map(([mutant]) => mutant))).toEqual(new Set(chatMutants.keys()))
})

it.each(found)('%s', async (mutant, scenario, seed, invariant) => {
  const { outcome, violations } = await run(scenario, {
    seed,
    set: new Map([['mutant', mutant]]),
    isChecked: false,
  })
  expect([outcome.kind, violations[0]?.invariant]).toEqual(['violated', invariant])
})
