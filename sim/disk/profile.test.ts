import { describe, expect, it } from 'vitest'

import { diskProfileProblems, diskProfiles, ssd } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'

describe('disk profiles', () => {
  it.each([...diskProfiles])('%s is without problems and plain data', (_, profile) => {
    expect(diskProfileProblems(profile)).toEqual([])
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile)
  })

  it('are refused with every problem that they have', () => {
    const broken = { ...ssd, depth: 0, capacity: Number.NaN, entries: 'none' as 'any' }
    expect(diskProfileProblems(broken)).toEqual([
      'depth: got 0, wanted a whole number 1 to 256',
      'capacity: got NaN, wanted a whole number 0 to 68719476736',
      `entries: got "none", wanted 'ordered' or 'any'`,
    ])
    expect(() => new DiskBench(1, broken)).toThrow('disk profile of n1: depth: got 0')
  })
})
