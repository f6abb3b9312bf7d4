// Each link, protocol and impairment draws from a stream of its own: what happens in one place shifts nothing elsewhere.

import { expect, test } from 'vitest'

import { lan } from './profile.ts'
import { collectNotes, sendNotes, TestWorld, textIn } from './testing/test-world.ts'
import type { Program } from '../env.ts'
import type { LinkDisturbance } from '../faults/index.ts'
import { type Duration, ms, seconds, us } from '../time.ts'

interface Disturbed {
  readonly from: Duration
  readonly to: Duration
  readonly disturbance: LinkDisturbance
}

/** When each note from a arrives at b, by its text; lost ones are missing. */
async function arrivals(
  disturbed: readonly Disturbed[],
  others: { readonly [node: string]: Program } = {},
): Promise<ReadonlyMap<string, number>> {
  const programs = { a: sendNotes('b', 500, ms(1)), b: collectNotes([]), ...others }
  const world = new TestWorld(programs, { profile: lan() })
  disturbed.forEach(({ from, to, disturbance }, index) => {
    world.at(from, () => {
      const links = [{ source: 'a', target: 'b' }]
      world.at(to, world.network.disturb(links, disturbance, world.origin(index)))
    })
  })
  await world.run(seconds(2))
  return new Map(
    world
      .of('deliver')
      .filter(({ source, node }) => source === 'a' && node === 'b')
      .map(({ at, message }) => [textIn(message), at]),
  )
}

const loss = (ratio: number): LinkDisturbance => ({ kind: 'loss', ratio })

test('an idle node that sends elsewhere changes no latency', async () => {
  const alone = await arrivals([])
  const noisy: Program = (env) => {
    env.timers.every(us(300), () => {
      env.random.float()
      env.messages.send('d', { kind: 'note', text: 'noise' })
      env.messages.send('a', { kind: 'note', text: 'noise' })
    })
  }
  const together = await arrivals([], { c: noisy, d: collectNotes([]) })
  expect(together).toEqual(alone)
})

test('a lost message draws its latency: those that follow arrive as they would have', async () => {
  const alone = await arrivals([])
  const lossy = await arrivals([{ from: us(1), to: ms(400), disturbance: loss(0.5) }])
  expect(lossy.size).toBeLessThan(400)
  for (const [text, at] of lossy) expect(at).toBe(alone.get(text))
})

test('a message that is doubled, damaged or blocked shifts nothing either', async () => {
  const alone = await arrivals([])
  const disturbed = await arrivals([
    { from: us(1), to: ms(400), disturbance: { kind: 'corruption', ratio: 0.3 } },
    { from: us(1), to: ms(400), disturbance: { kind: 'reordering', ratio: 0.3, window: ms(1) } },
  ])
  const shifted = [...disturbed].filter(([text, at]) => at < (alone.get(text) ?? 0))
  expect(shifted).toEqual([])
})

test('leaving one fault out of a plan leaves what the others lose as it was', async () => {
  const first = { from: ms(10), to: ms(300), disturbance: loss(0.3) }
  const second = { from: ms(100), to: ms(400), disturbance: loss(0.3) }
  const both = await arrivals([first, second])
  const alone = await arrivals([second])
  const lostByBoth = missing(both)
  expect(missing(alone).every((text) => lostByBoth.includes(text))).toBe(true)
  expect(missing(alone).length).toBeLessThan(lostByBoth.length)
})

test('two like faults that begin together do not lose the same messages', async () => {
  const fault = { from: ms(10), to: ms(500), disturbance: loss(0.5) }
  const one = missing(await arrivals([fault])).length
  const two = missing(await arrivals([fault, fault])).length
  expect(two / 490).toBeGreaterThan(0.68)
  expect(one / 490).toBeLessThan(0.58)
})

function missing(arrived: ReadonlyMap<string, number>): string[] {
  return Array.from({ length: 500 }, (_, place) => String(place + 1)).filter((text) => !arrived.has(text))
}
