import { describe, expect, test } from 'vitest'

import type { Program } from './env.ts'
import type { WrittenFault } from './faults/index.ts'
import { perfect } from './net/index.ts'
import { run } from './run.ts'
import { node, scenario, type Scenario, type ScenarioSpec } from './scenario.ts'
import type { NetworkRule } from './scenario-rules.ts'
import { tell } from './testing/story.ts'
import { ms } from './time.ts'

type Spec = ScenarioSpec<Record<never, never>>

/** Sends a vote and an append every ten milliseconds. */
const sender: Program = (env) => {
  let turn = 0
  env.timers.every(ms(10), () => {
    turn++
    for (const kind of ['vote', 'append']) env.messages.send('b', { kind, turn })
  })
}
const receiver: Program = (env) => {
  for (const kind of ['vote', 'append'])
    env.messages.on(kind, (message) => {
      env.probe(kind, message['turn'] ?? null)
    })
}

function talk(more: Partial<Spec>): Scenario {
  return scenario({
    title: 'a tells b',
    nodes: () => [node('a', sender), node('b', receiver)],
    network: perfect(),
    duration: ms(55),
    settle: ms(20),
    ...more,
  })
}

/** Which turns arrived, by kind of message. */
async function arrived(more: Partial<Spec>): Promise<{ readonly vote: string; readonly append: string }> {
  const { events } = await tell(talk(more))
  const turnsOf = (kind: string): string =>
    events
      .flatMap((event) => (event.kind === 'probe' && event.name === kind ? [Number(event.value)] : []))
      .join(' ')
  return { vote: turnsOf('vote'), append: turnsOf('append') }
}

const votes = { from: ['a'], messages: ['vote'] } as const

describe('a rule of a scenario', () => {
  test('drops by a pattern from the beginning until the run heals', async () => {
    expect(await arrived({ rules: [{ test: votes, verdict: { kind: 'drop' } }] })).toEqual({
      vote: '6 7',
      append: '1 2 3 4 5 6 7',
    })
  })

  test('drops by a function, from and until', async () => {
    const isEven: NetworkRule['test'] = ({ message }) => Number(message?.['turn']) % 2 === 0
    const rules = [{ test: isEven, verdict: { kind: 'drop' }, from: ms(15), until: ms(35) }] as const
    expect(await arrived({ rules })).toEqual({ vote: '1 3 4 5 6 7', append: '1 3 4 5 6 7' })
  })

  test('lets pass what a later one would hold back', async () => {
    const rules = [
      { test: votes, verdict: { kind: 'pass' } },
      { test: {}, verdict: { kind: 'delay', by: ms(40) } },
    ] as const
    expect(await arrived({ rules })).toEqual({ vote: '1 2 3 4 5 6 7', append: '1 2 6 3 7' })
  })

  test('is refused when it is none, all at once', () => {
    const rules = [
      { test: { form: ['a'] }, verdict: { kind: 'drop' } },
      { test: { from: ['x'] }, verdict: { kind: 'lose' }, from: ms(2), until: ms(1), countMax: 1 },
    ]
    const made = talk(JSON.parse(JSON.stringify({ rules })) as Partial<Spec>)
    return expect(run(made, { seed: 1 })).rejects.toThrow(
      /rules\[0\]\.test\.form[^]*rules\[1\]: got countMax[^]*rules\[1\]\.verdict[^]*rules\[1\]\.test\.from: got "x"[^]*rules\[1\]\.until/,
    )
  })

  test('whose function throws is a mistake of the scenario, and no error of the program that sends', async () => {
    const test = (): boolean => {
      throw new Error('no such field')
    }
    const made = talk({ rules: [{ test, verdict: { kind: 'drop' } }] })
    await expect(run(made, { seed: 1 })).rejects.toThrow('scenario "a tells b": Error: no such field')
  })
})

describe('a rule as a fault', () => {
  const lose = { kind: 'rule', packets: votes, verdict: { kind: 'drop' } } as const

  test.each<[what: string, fault: WrittenFault, vote: string]>([
    ['for a while', { ...lose, at: ms(15), for: ms(20) }, '1 4 5 6 7'],
    ['until the run heals', { ...lose, at: ms(15) }, '1 6 7'],
    ['so many times', { ...lose, countMax: 2, at: ms(15) }, '1 4 5 6 7'],
    [
      'the very message at whose send it begins',
      { ...lose, countMax: 1, when: { kind: 'send', where: { 'message.kind': 'vote', 'message.turn': 3 } } },
      '1 2 4 5 6 7',
    ],
    ['late', { ...lose, verdict: { kind: 'delay', by: ms(15) }, countMax: 1, at: ms(15) }, '1 3 2 4 5 6 7'],
  ])('loses what matches: %s', async (_what, fault, vote) => {
    expect(await arrived({ faults: [fault] })).toEqual({ vote, append: '1 2 3 4 5 6 7' })
  })

  test('counts what it decided as its effects, and its losses say why', async () => {
    const { result } = await tell(talk({ faults: [{ ...lose, at: ms(15), for: ms(20) }] }))
    expect(result.faults.map(({ begun, effects }) => [begun, effects])).toEqual([[1, 2]])
    expect([...result.drops]).toEqual([['rule', 2]])
  })
})
