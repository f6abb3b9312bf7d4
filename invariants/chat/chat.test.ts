// Each promise of the chat in a recording that keeps it, and in those that break it.

import { describe, expect, test } from 'vitest'

import { chatAcknowledgedKept, chatNoneLost, chatNoneTwice, chatSameOrder } from './index.ts'
import { lookedAt, verdictOf } from '../testing/judge.ts'
import { type Recording, recording } from '../testing/recording.ts'
import { type Invariant, seconds } from '../../sim/index.ts'

const heard = (run: Recording, node: string, seq: number, id: string): Recording =>
  run.probe(node, 'chat.heard', { room: 'lobby', seq, id })
const acknowledged = (run: Recording, node: string, seq: number, id: string): Recording =>
  run.probe(node, 'chat.acknowledged', { room: 'lobby', seq, id })
const entered = (run: Recording, node: string, after: number): Recording =>
  run.probe(node, 'chat.entered', { room: 'lobby', after })
const page = (run: Recording, node: string, seqs: readonly number[], ids: readonly string[]): Recording =>
  run.probe(node, 'chat.page', { room: 'lobby', seqs, ids })

/** Two who hear the same, one of whom starts again and one of whom comes back. */
function peace(): Recording {
  const run = recording()
  for (const node of ['ann', 'bob']) heard(heard(entered(run, node, 0), node, 1, 'a'), node, 2, 'b')
  acknowledged(run, 'ann', 1, 'a')
  page(run, 'bob', [1, 2], ['a', 'b'])
  heard(entered(run.start('ann', 2), 'ann', 1), 'ann', 2, 'b')
  heard(entered(run, 'bob', 2), 'bob', 3, 'c')
  heard(run, 'ann', 3, 'c')
  run.probe('chat', 'chat.recovered', { room: 'lobby', last: 3 })
  return run.wait(seconds(10)).heal()
}

const all: readonly Invariant[] = [chatSameOrder, chatNoneTwice, chatNoneLost(), chatAcknowledgedKept]

test.each(all)('$name: holds in peace, and looks at what there is', async (invariant) => {
  expect(await verdictOf(invariant, peace())).toBe('holds')
  expect(await lookedAt(invariant, peace())).toBeGreaterThan(1)
})

describe('it is a violation', () => {
  test.each<[string, Invariant, Recording, string]>([
    [
      'when two hear different messages under one number',
      chatSameOrder,
      heard(heard(recording(), 'ann', 1, 'a'), 'bob', 1, 'b'),
      'one number, two messages',
    ],
    [
      'when somebody hears an earlier message after a later one',
      chatSameOrder,
      heard(heard(recording(), 'ann', 2, 'b'), 'ann', 1, 'a'),
      'a member heard a message after a later one',
    ],
    [
      'when the same message comes again',
      chatSameOrder,
      heard(heard(recording(), 'ann', 1, 'a'), 'ann', 1, 'a'),
      'a member heard a message after a later one',
    ],
    [
      'when an acknowledgement names the number of another',
      chatSameOrder,
      acknowledged(heard(recording(), 'ann', 1, 'a'), 'bob', 1, 'b'),
      'one number, two messages',
    ],
    [
      'when the history shows another message',
      chatSameOrder,
      page(heard(recording(), 'ann', 1, 'a'), 'bob', [1], ['b']),
      'one number, two messages',
    ],
    [
      'when a message has two numbers',
      chatNoneTwice,
      heard(heard(recording(), 'ann', 1, 'a'), 'ann', 2, 'a'),
      'one message under two numbers',
    ],
    [
      'when the history has a message twice',
      chatNoneTwice,
      page(recording(), 'ann', [1, 2], ['a', 'a']),
      'one message under two numbers',
    ],
    [
      'when a member hears a message and not the one before',
      chatNoneLost(),
      heard(heard(recording(), 'ann', 1, 'a'), 'ann', 3, 'c'),
      'a member missed a message',
    ],
    [
      'when one who entered does not hear what follows',
      chatNoneLost(),
      heard(entered(recording(), 'ann', 4), 'ann', 6, 'f'),
      'a member missed a message',
    ],
    [
      'when one who comes back is led behind what they missed',
      chatNoneLost(),
      entered(heard(recording(), 'ann', 1, 'a'), 'ann', 2),
      'a member missed a message',
    ],
    [
      'when a server comes back without what it acknowledged',
      chatAcknowledgedKept,
      acknowledged(recording(), 'ann', 2, 'b').probe('chat', 'chat.recovered', { room: 'lobby', last: 1 }),
      'an acknowledged message is gone',
    ],
    [
      'when the history leaves an acknowledged message out',
      chatAcknowledgedKept,
      page(acknowledged(recording(), 'ann', 2, 'b'), 'bob', [1, 3], ['a', 'c']),
      'an acknowledged message is not in the history',
    ],
  ])('%s', async (_, invariant, run, wanted) => {
    expect(await verdictOf(invariant, run)).toContain(`violated: ${wanted}`)
  })

  test('when a member never hears what was acknowledged long before the end, and only then', async () => {
    const late = (wait: number): Recording =>
      acknowledged(heard(recording(), 'ann', 1, 'a'), 'bob', 2, 'b')
        .heal()
        .wait(seconds(wait))
        .add('phase', '', { phase: 'end' })
    expect(await verdictOf(chatNoneLost(), late(7))).toContain('never heard a message that was acknowledged')
    expect(await verdictOf(chatNoneLost(), late(5))).toBe('holds')
  })
})
