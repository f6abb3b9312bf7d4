// A fault that can never have an effect is a mistake of its own: each fault of names shows in a run.
import { expect, test } from 'vitest'

import type { Program } from '../env.ts'
import type { WrittenFault } from '../faults/index.ts'
import { perfect } from '../net/index.ts'
import { node, scenario } from '../scenario.ts'
import { tell, type Told } from '../testing/story.ts'
import { ms, seconds } from '../time.ts'

const host: Program = async (env) => {
  for await (const connection of await env.net.listen(7)) connection.end()
}
/** Looks the service up every second, and connects to the first node by its own name. */
const asker: Program = async (env) => {
  for (;;) {
    env.probe('service', await env.net.resolve('service').catch((error: Error) => error.message))
    try {
      const connection = await env.net.connect('a', 7)
      connection.reset()
      env.probe('connected', true)
    } catch (error) {
      env.probe('connected', error instanceof Error ? error.message : false)
    }
    await env.sleep(seconds(1))
  }
}

function ask(faults: readonly WrittenFault[]): Promise<Told> {
  const asked = scenario({
    title: 'somebody asks for a service',
    nodes: () => [node('a', host), node('b', host), node('c', asker), node('d', asker)],
    names: new Map([['service', 'a']]),
    network: perfect(),
    faults,
    duration: ms(4_500),
  })
  return tell(asked, ['probe'])
}

const answers = ({ events }: Told, name: string, of: string): readonly unknown[] =>
  events.flatMap((event) =>
    event.kind === 'probe' && event.name === name && event.node === of ? [event.value] : [],
  )

test('a name that changes is seen by all but the node whose answers are stale, and then stands for what it stood for', async () => {
  const told = await ask([
    { kind: 'names-stale', node: 'd', at: ms(500), for: seconds(4) },
    { kind: 'names-change', name: 'service', node: 'b', at: ms(1_500), for: seconds(2) },
  ])
  expect(answers(told, 'service', 'c')).toEqual(['a', 'a', 'b', 'b', 'a'])
  expect(answers(told, 'service', 'd')).toEqual(['a', 'a', 'a', 'a', 'a'])
  expect(told.result.faults.map(({ kind, effects }) => [kind, effects])).toEqual([
    ['names-stale', 2],
    ['names-change', 2],
  ])
})

test('of two changes of a name the last begun counts, until it ends', async () => {
  const told = await ask([
    { kind: 'names-change', name: 'service', node: 'b', at: ms(500) },
    { kind: 'names-change', name: 'service', node: 'c', at: ms(1_500), for: seconds(1) },
  ])
  expect(answers(told, 'service', 'd')).toEqual(['a', 'b', 'c', 'b', 'b'])
})

test("look-ups that fail keep a node from connecting by another's own name; without that nothing is looked up", async () => {
  const told = await ask([{ kind: 'names-fail', node: 'c', name: 'a', at: ms(1_500), for: seconds(2) }])
  const refused = 'EAI_AGAIN: look-up of "a"'
  expect(answers(told, 'connected', 'c')).toEqual([true, true, refused, refused, true])
  expect(answers(told, 'connected', 'd')).toEqual([true, true, true, true, true])
  expect(told.result.faults.map(({ effects }) => effects)).toEqual([2])
  const lookUps = told.events.filter((event) => event.kind === 'resolve' && event.name === 'a')
  expect(lookUps.map(({ node: of }) => of)).toEqual(['c', 'c'])
})
