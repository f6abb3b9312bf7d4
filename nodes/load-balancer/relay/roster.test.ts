import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { type Entry, Roster } from './roster.ts'

test('a roster has in it what a Set would have, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20))), (steps) => {
      const roster = new Roster<number>()
      const set = new Set<number>()
      const added: Entry<number>[] = []
      for (const step of steps) {
        if (step === null) {
          set.add(added.length)
          added.push(roster.add(added.length))
        } else {
          const entry = added[step]
          set.delete(step)
          if (entry !== undefined) roster.remove(entry)
        }
        expect(roster.entries().map(({ value }) => value)).toEqual([...set])
        expect(added.map(({ isIn, value }) => isIn === set.has(value))).not.toContain(false)
      }
      // What is out holds nobody.
      for (const { isIn, before, after } of added) if (!isIn) expect([before, after]).toEqual([null, null])
    }),
  )
})
