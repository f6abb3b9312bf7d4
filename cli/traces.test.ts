// What is done with traces: replay, diff, check.
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(async () => {
  place = new Workplace()
  const record = (name: string, ...words: readonly string[]): Promise<unknown> =>
    place.faultline('run', 'clock.ts', '--trace', name, ...words)
  await Promise.all([record('good.ndjson'), record('other.ndjson', '--seed', '2')])
  await Promise.all([
    record('bad.ndjson', '--set', 'end=violation'),
    record('open.ndjson', '--set', 'end=undecided'),
  ])
  const changed = readFileSync(place.path('clock.ts'), 'utf8').replace(
    "env.probe('tick', 1)",
    "env.probe('tock', 1)",
  )
  place.write('changed.ts', changed)
})

afterAll(() => place.remove())

describe('replay', () => {
  test('says that a run is the same again, a failed one too', async () => {
    const [good, bad] = await Promise.all([
      place.faultline('replay', 'good.ndjson'),
      place.faultline('replay', 'bad.ndjson'),
    ])
    expect(good.code).toBe(0)
    expect(good.out).toMatch(/^same {2}all \d+ events, digest [0-9a-f]{16}\n/)
    expect(bad.code).toBe(0)
    expect(bad.out).toContain('\noutcome  violated: never late\n')
  })

  test('shows the first event that differs, both versions, and what changed', async () => {
    const said = await place.faultline('replay', 'good.ndjson', '--scenario', 'changed.ts')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^diverged {2}at event #\d+, name: recorded tick, now tock\n/)
    expect(said.out).toContain('fingerprint: recorded ')
    expect(said.out).toContain('its causes, nearest first:')
  })

  test('prints one JSON object', async () => {
    const [result, ...more] = jsonLines(await place.faultline('replay', 'good.ndjson', '--json'))
    expect(result).toMatchObject({ kind: 'same', outcome: 'passed', recordedOutcome: 'passed' })
    expect(more).toEqual([])
  })
})

describe('diff', () => {
  test('says that a trace is the same as itself', async () => {
    const said = await place.faultline('diff', 'good.ndjson', 'good.ndjson')
    expect(said).toMatchObject({ code: 0, error: '' })
    expect(said.out).toMatch(/\nsame {2}all \d+ events\n$/)
  })

  test('says which trace is which, where they part, and what changed', async () => {
    const said = await place.faultline('diff', 'good.ndjson', 'bad.ndjson')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(
      /^a {2}good\.ndjson\nb {2}bad\.ndjson\n\ndifferent {2}after \d+ events in common/,
    )
    expect(said.out).toContain('parameters.end: a pass, b violation')
    expect(said.out).toContain('where each node first differs')
  })

  test('prints one JSON object', async () => {
    const [result, ...more] = jsonLines(
      await place.faultline('diff', 'good.ndjson', 'other.ndjson', '--json'),
    )
    expect(result).toMatchObject({ events: { a: expect.any(Number), b: expect.any(Number) } })
    expect(more).toEqual([])
  })
})

describe('check', () => {
  test('judges a trace without running anything: holds, violated, undecided', async () => {
    const [good, bad, open] = await Promise.all(
      ['good', 'bad', 'open'].map((name) => place.faultline('check', `${name}.ndjson`)),
    )
    expect([good?.code, bad?.code, open?.code]).toEqual([0, 1, 3])
    expect(good?.out).toMatch(/^holds {2}a clock ticks\n/)
    expect(bad?.out).toMatch(/violated +never late at 0\.1\d{8}s on clock-1, event #\d+\n/)
    expect(open?.out).toMatch(/undecided +eventually progress: /)
  })

  test('takes the invariants of another file, and prints one JSON object', async () => {
    const said = await place.faultline('check', 'good.ndjson', '--scenario', 'changed.ts', '--json')
    const [result, ...more] = jsonLines(said)
    expect(result).toMatchObject({ outcome: { kind: 'passed' }, violations: [], undecided: [] })
    expect(more).toEqual([])
  })
})

describe('a damaged trace is refused with its line', () => {
  const damages: readonly (readonly [string, (lines: readonly string[]) => readonly string[], RegExp])[] = [
    [
      'an altered event',
      (lines) => lines.with(4, lines[4]?.replace('"node":"', '"node":"x') ?? ''),
      /:5: got /,
    ],
    ['a missing event', (lines) => lines.toSpliced(5, 1), /:6: got /],
    ['a missing end', (lines) => lines.slice(0, 7), /:\d+: got .*wanted /],
    ['an altered header', (lines) => lines.with(0, '{"faultline":99}'), /:1: got /],
  ]

  test.each(damages)('%s', async (name, damage, said) => {
    const file = `${name.replaceAll(' ', '-')}.ndjson`
    const lines = readFileSync(place.path('good.ndjson'), 'utf8').split('\n')
    place.write(file, damage(lines).join('\n'))
    const before = readdirSync(place.folder)
    const { code, out, error } = await place.faultline('replay', file)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(error).toMatch(/^faultline: .*\n$/)
    expect(error).toMatch(said)
    const compared = await place.faultline('diff', 'good.ndjson', file)
    expect({ code: compared.code, out: compared.out }).toEqual({ code: 2, out: '' })
    expect(compared.error).toMatch(said)
    expect(readdirSync(place.folder)).toEqual(before)
  })
})
