import { expect, test } from 'vitest'

import { coneLines } from './cone-lines.ts'
import { foldTimers } from './fold-timers.ts'
import { plain } from './palette.ts'
import { eventsFrom } from './testing/run-from.ts'

const set = (cause: number, node = 'a'): { readonly kind: string } & Record<string, unknown> => ({
  kind: 'timer-set',
  node,
  cause,
  timer: 1,
  due: 5000,
})
const fire = (cause: number, node = 'a'): { readonly kind: string } & Record<string, unknown> => ({
  kind: 'timer-fire',
  node,
  cause,
  timer: 1,
})

test('a periodic timer that fires again and again is one line, and all else stays', () => {
  const events = eventsFrom([
    { kind: 'start', node: 'a', incarnation: 1, version: '1' },
    set(1),
    fire(2),
    set(3),
    fire(4),
    set(5),
    { kind: 'probe', node: 'a', cause: 5, name: 'ticks', value: 2 },
  ])
  expect(coneLines(events, new Set([7]), plain).join('\n')).toMatchInlineSnapshot(`
    "  #1  0.000001000s  a  start  incarnation 1, version 1
      #2 to #6  a  a timer fires and is set again, 2 times from 0.000002000s to 0.000006000s
    > #7  0.000007000s  a  probe  ticks = 2  <- #5"
  `)
})

test('timers that do not lead to one another, or that fire once, are told one by one', () => {
  const once = eventsFrom([set(0), fire(1), set(2)])
  expect(foldTimers(once)).toEqual(once)
  const apart = eventsFrom([set(0), set(0, 'b'), fire(1), fire(2, 'b')])
  expect(foldTimers(apart)).toEqual(apart)
})
