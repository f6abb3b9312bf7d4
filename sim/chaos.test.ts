// Programs that touch everything, under every fault at once, thirty times as often as in scenarios: whatever the plan, the
// run goes through, is deterministic, has causes that make sense, and nobody acts who is down or stands still.
import { describe, expect, test } from 'vitest'

import type { Event } from './event.ts'
import { chaos } from './faults/index.ts'
import { causalProblem } from './log/index.ts'
import { lan } from './net/index.ts'
import { run } from './run.ts'
import { group, scenario } from './scenario.ts'
import { busy } from './testing/every-kind.ts'
import { tell } from './testing/story.ts'
import { ms } from './time.ts'
import type { Variation } from './variation.ts'

const everythingFails = scenario({
  title: 'everything fails, all the time',
  nodes: () => group('peer', 3, { old: busy, new: busy }, { restartAfterExit: ms(30) }),
  network: lan({ streams: { window: 512, segmentMax: 256 } }),
  names: new Map([['service', 'peer-1']]),
  faults: chaos({ intensity: 30 }),
  unrestricted: true,
  // Programs end by errors of their disks.
  exitsAllowed: [1, 3],
  duration: ms(1_500),
  settle: ms(300),
})

/** What happens at a node that is down: what was on its way to it, and what its disk and its connections come to. */
const whileDown = new Set(['start', 'drop', 'duplicate', 'disk-crash', 'disk-damage'])
/** What happens at a node that stands still: the same, and what is done to it from outside. */
const whilePaused = new Set([...whileDown, 'crash', 'resume', 'stop-asked', 'stop', 'timer-set'])

/** Events of nodes that could not act. */
function ghosts(events: readonly Event[]): readonly Event[] {
  const states = new Map<string, string>()
  return events.filter((event) => {
    const { node, kind } = event
    const state = states.get(node)
    if (['crash', 'exit', 'stop'].includes(kind)) states.set(node, 'down')
    if (kind === 'pause') states.set(node, 'paused')
    if (kind === 'start' || kind === 'resume') states.set(node, 'up')
    if (state === 'down') return !whileDown.has(kind)
    return state === 'paused' && !whilePaused.has(kind)
  })
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('on seed %i', (seed) => {
  // Every other seed in random order of what is ready at the same instant.
  const variation: Variation = seed % 2 === 0 ? { strategy: { kind: 'random' } } : {}

  test('the run goes through, and is the same again: unchecked, without events, with its own plan', async () => {
    const { result, events } = await tell(everythingFails, [], { seed, variation })
    expect(result.outcome).toEqual({ kind: 'passed' })
    for (const plan of [undefined, result.plan]) {
      const given = plan === undefined ? {} : { plan }
      const again = await run(everythingFails, { seed, variation, isChecked: false, ...given })
      expect([again.digest, again.events]).toEqual([result.digest, result.events])
    }
    const problems = events.map((event) => causalProblem(event, events[event.cause - 1] ?? null))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
    expect(ghosts(events)).toEqual([])
    expect(result.faults.every(({ begun }) => begun > 0)).toBe(true)
    // Once healed, everybody is at work.
    const healed = events.findIndex((event) => event.kind === 'phase' && event.phase === 'healed')
    const atWork = events.slice(healed).filter(({ kind }) => kind === 'timer-fire')
    expect([...new Set(atWork.map(({ node }) => node))].toSorted()).toEqual(['peer-1', 'peer-2', 'peer-3'])
  })
})
