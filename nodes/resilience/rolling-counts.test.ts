import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { RollingCounts } from './index.ts'
import { moments } from './testing/moments.ts'
import { ns } from '../../sim/index.ts'

const step = fc.record({ column: fc.nat(2), isRead: fc.boolean() })

test('counts what a list of all that happened counts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 100 }),
      moments(step, ns(2000)),
      (slots, slotLength, steps) => {
        const counts = new RollingCounts({ columns: 3, window: ns(slots * slotLength), slots })
        const all: { slot: number; column: number }[] = []
        for (const { now, step } of steps) {
          const slot = Math.floor(now / slotLength)
          if (step.isRead) {
            const within = all.filter((each) => each.slot > slot - slots && each.column === step.column)
            expect(counts.total(now, step.column)).toBe(within.length)
          } else {
            counts.add(now, step.column)
            all.push({ slot, column: step.column })
          }
        }
      },
    ),
  )
})

test('refuses windows that are none', () => {
  expect(() => new RollingCounts({ columns: 1, window: ns(10), slots: 0 })).toThrow('slots: got 0')
  expect(() => new RollingCounts({ columns: 1, window: ns(0), slots: 1 })).toThrow('window: got 0')
})
