import { describe, expect, it } from 'vitest'

import { median } from './measure.ts'
import { judgeFigure, machineSpeed, showVerdict } from './verdict.ts'

describe('the verdict on a figure', () => {
  it('asks for the budget itself where the baseline runs as on the reference machine', () => {
    const budget = { bound: 'at-least', figure: 5e6 } as const
    expect(judgeFigure(5e6, budget, 1)).toEqual({ isMet: true, scaled: 5e6, factor: 1 })
    expect(judgeFigure(4.9e6, budget, 1).isMet).toBe(false)
  })

  it('asks for half the rate of a machine at half the speed, and for twice at twice the speed', () => {
    const budget = { bound: 'at-least', figure: 5e6 } as const
    expect(judgeFigure(2.6e6, budget, machineSpeed(12e6, 24e6))).toMatchObject({
      isMet: true,
      scaled: 2.5e6,
    })
    expect(judgeFigure(6e6, budget, machineSpeed(48e6, 24e6))).toMatchObject({ isMet: false, factor: 0.6 })
  })

  it('allows a machine at half the speed twice the time', () => {
    const budget = { bound: 'at-most', figure: 0.3 } as const
    expect(judgeFigure(0.5, budget, 0.5)).toEqual({ isMet: true, scaled: 0.6, factor: 1.2 })
    expect(judgeFigure(0.5, budget, 1).isMet).toBe(false)
  })

  it('counts a figure that is no number as missed', () => {
    const budget = { bound: 'at-least', figure: 5e6 } as const
    expect(judgeFigure(Number.NaN, budget, 1).isMet).toBe(false)
    expect(showVerdict(judgeFigure(0, budget, 1))).toBe('missed')
  })

  it('says by how much, and never that something missed by nothing', () => {
    expect(showVerdict({ isMet: true, scaled: 1, factor: 2.54 })).toBe('met, 2.5x better')
    expect(showVerdict({ isMet: false, scaled: 1, factor: 0.25 })).toBe('missed by 4.0x')
    expect(showVerdict({ isMet: false, scaled: 1, factor: 0.004 })).toBe('missed by 250x')
    expect(showVerdict({ isMet: false, scaled: 1, factor: 0.998 })).toBe('missed by 1.002x')
  })
})

describe('the median', () => {
  it('is the middle of an odd number, and between the two in the middle of an even one', () => {
    expect(median([9, 1, 5])).toBe(5)
    expect(median([9, 1, 5, 6])).toBe(5.5)
  })

  it('of nothing is no number', () => {
    expect(median([])).toBeNaN()
  })
})
