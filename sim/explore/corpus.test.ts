import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { causeOf, CorpusError, corpusFolder, keepFailure, type KeptFailure, keptFailures } from './corpus.ts'
import { type Instant, ms } from '../time.ts'

const size = { faults: 1, operations: 2, nodes: 3, events: 4 }
const failure: KeptFailure = {
  scenario: 'my/register.ts',
  seed: 7,
  set: { replicas: 3 },
  signature: { name: 'linearizable register', message: 'operations are not linearizable' },
  found: { plan: [], variation: {}, size },
  shrunk: {
    plan: [{ kind: 'pause', node: 'a', at: 5 as Instant, for: ms(1) }],
    variation: { late: [] },
    size,
    isMinimal: true,
  },
}

let folder = ''

beforeEach(() => {
  folder = corpusFolder(mkdtempSync(join(tmpdir(), 'faultline-corpus-')), failure.scenario)
})

afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const keep = (kept: KeptFailure, text = 'report'): ReturnType<typeof keepFailure> =>
  keepFailure(folder, kept, async (place) => writeFileSync(join(place, 'report.txt'), text))

describe('a corpus', () => {
  test('gives back what was kept, and further files beside it', async () => {
    const { folder: place, isNew } = await keep(failure)
    expect(isNew).toBe(true)
    expect(keptFailures(folder)).toEqual([{ folder: place, failure }])
    expect(readdirSync(place).sort()).toEqual([
      'failure.json',
      'plan.json',
      'report.txt',
      'shrunk-plan.json',
      'shrunk-variation.json',
    ])
  })

  test('keeps the first failure of a cause, whoever comes later', async () => {
    await keep(failure, 'first')
    const later = await Promise.all([
      keep({ ...failure, seed: 8 }, 'second'),
      keep({ ...failure, seed: 9 }, 'third'),
    ])
    expect(later.map(({ isNew }) => isNew)).toEqual([false, false])
    expect(keptFailures(folder)).toHaveLength(1)
    expect(readFileSync(join(later[0].folder, 'report.txt'), 'utf8')).toBe('first')
  })

  test('takes a failure that was not shrunk to its end for a known one that looks the same, and keeps it otherwise', async () => {
    const { folder: known } = await keep(failure)
    const unfinished = {
      ...failure,
      shrunk: { ...failure.shrunk, plan: failure.found.plan, isMinimal: false },
    }
    expect(await keep(unfinished)).toMatchObject({ folder: known, isNew: false })
    expect(await keep({ ...unfinished, scenario: 'other/register.ts' })).toMatchObject({ isNew: true })
    expect(keptFailures(folder)).toHaveLength(2)
  })

  test('loses nothing and keeps nothing twice when two keep the same at the same time', async () => {
    const both = await Promise.all([keep(failure, 'one'), keep(failure, 'other')])
    expect(both.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(readdirSync(folder)).toEqual([causeOf(failure)])
  })

  test('leaves no half of a failure behind when writing it fails', async () => {
    await expect(keepFailure(folder, failure, () => Promise.reject(new Error('disk full')))).rejects.toThrow(
      'disk full',
    )
    expect(readdirSync(folder)).toEqual([])
    expect(keptFailures(folder)).toEqual([])
  })

  test('tells causes apart by scenario, invariant, message, kinds of faults and settings, and by nothing else', () => {
    const other = (change: Partial<KeptFailure>): string => causeOf({ ...failure, ...change })
    expect(other({ seed: 99 })).toBe(causeOf(failure))
    const { signature, shrunk } = failure
    expect(other({ signature: { ...signature, message: 'something else' } })).not.toBe(causeOf(failure))
    expect(other({ shrunk: { ...shrunk, plan: [] } })).not.toBe(causeOf(failure))
    expect(other({ set: { replicas: 5 } })).not.toBe(causeOf(failure))
    expect(other({ scenario: 'sub/register.ts' })).not.toBe(causeOf(failure))
    expect(causeOf(failure)).toMatch(/^linearizable-register-[0-9a-f]{8}$/)
  })

  test('without a folder there is nothing known', () => {
    expect(existsSync(folder)).toBe(false)
    expect(keptFailures(folder)).toEqual([])
  })

  test.each([
    ['no JSON', 'oops'],
    ['another object', '{"scenario": 5}'],
    ['a plan that is none', JSON.stringify({ ...failure, found: { plan: [{ kind: 'x' }], variation: {} } })],
    [
      'a variation that is none',
      JSON.stringify({ ...failure, shrunk: { ...failure.shrunk, variation: { x: 1 } } }),
    ],
  ])('says which file holds %s', (_what, text) => {
    mkdirSync(join(folder, 'a'), { recursive: true })
    writeFileSync(join(folder, 'a', 'failure.json'), text)
    expect(() => keptFailures(folder)).toThrow(CorpusError)
    expect(() => keptFailures(folder)).toThrow(join('a', 'failure.json'))
  })
})
