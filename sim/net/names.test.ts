import { expect, test } from 'vitest'

import { lan } from './profile.ts'
import { noting } from './testing/stream-programs.ts'
import { idle, TestWorld } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import { ms, seconds } from '../time.ts'

/** Looks names up every second, and writes the answers down. */
function asking(answers: string[], ...names: readonly string[]): Program {
  return async (env) => {
    for (;;) {
      for (const name of names)
        await noting(answers, async () => {
          answers.push(await env.net.resolve(name))
        })
      await env.sleep(seconds(1))
    }
  }
}

const names = new Map([['service', 'a']])

test('a name stands for its node, a node for itself, and anything else is not found', async () => {
  const answers: string[] = []
  const world = new TestWorld({ a: idle, b: asking(answers, 'service', 'a', 'nothing') }, { names })
  await world.run(ms(500))
  expect(answers).toEqual(['a', 'a', 'ENOTFOUND'])
  expect(world.story).toMatchInlineSnapshot(`
    "0.000000000s #1 <-0 a start incarnation=1 version=1
    0.000000000s #2 <-0 b start incarnation=1 version=1
    0.000000000s #3 <-2 b resolve name=service
    0.001000000s #4 <-3 b resolve-result name=service address=a
    0.001000000s #5 <-4 b resolve name=a
    0.002000000s #6 <-5 b resolve-result name=a address=a
    0.002000000s #7 <-6 b resolve name=nothing
    0.003000000s #8 <-7 b resolve-result name=nothing error=ENOTFOUND
    0.003000000s #9 <-8 b timer-set timer=1 due=1003000000"
  `)
})

test('a look-up takes as long as the profile says', async () => {
  const program = asking([], 'service')
  const nameLatency = { kind: 'constant', value: ms(25) } as const
  const slow = new TestWorld({ a: program }, { names, profile: lan({ nameLatency }) })
  await slow.run(ms(500))
  expect(slow.of('resolve-result').map(({ at }) => at)).toEqual([ms(25)])
  const usual = new TestWorld({ a: program }, { names, profile: lan() })
  await usual.run(ms(500))
  const [result] = usual.of('resolve-result')
  expect(result?.at).toBeGreaterThan(lan().latencyMin)
})

test('a changed name is seen by all but those whose answers are stale, until that ends', async () => {
  const fresh: string[] = []
  const stale: string[] = []
  const world = new TestWorld(
    { a: idle, b: asking(fresh, 'service'), c: asking(stale, 'service') },
    { names },
  )
  world.at(ms(500), () => {
    world.at(ms(3500), world.network.freezeNames('c', undefined, world.origin()))
  })
  world.at(ms(1500), () => {
    world.network.names.set('service', 'b')
  })
  await world.run(ms(4500))
  expect(fresh).toEqual(['a', 'a', 'b', 'b', 'b'])
  expect(stale).toEqual(['a', 'a', 'a', 'a', 'b'])
  // The answer that was still right is no effect.
  expect(world.effects.get(0)).toBe(2)
})

test('a name that came or went while answers are stale is unknown, or still known', async () => {
  const answers: string[] = []
  const world = new TestWorld(
    { a: idle, b: asking(answers, 'old', 'new') },
    { names: new Map([['old', 'a']]) },
  )
  world.at(ms(0), () => {
    world.network.freezeNames('b', undefined, world.origin())
    world.network.names.set('new', 'a')
    world.network.names.delete('old')
  })
  await world.run(ms(500))
  expect(answers).toEqual(['a', 'ENOTFOUND'])
})

test('look-ups of one name or of all fail at one node, while the fault lasts', async () => {
  const failing: string[] = []
  const fine: string[] = []
  const world = new TestWorld({ a: asking(fine, 'service'), b: asking(failing, 'service', 'a') }, { names })
  world.at(ms(500), () => {
    world.at(ms(1500), world.network.failNames('b', 'service', world.origin(0)))
  })
  world.at(ms(1600), () => {
    world.at(ms(2500), world.network.failNames('b', undefined, world.origin(1)))
  })
  await world.run(ms(3500))
  expect(failing).toEqual(['a', 'a', 'EAI_AGAIN', 'a', 'EAI_AGAIN', 'EAI_AGAIN', 'a', 'a'])
  expect(fine).toEqual(['a', 'a', 'a', 'a'])
  expect([...world.effects]).toEqual([
    [0, 1],
    [1, 2],
  ])
})
