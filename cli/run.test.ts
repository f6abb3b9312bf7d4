// `faultline run` as people and scripts use it.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, lastLine, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

describe('a run that passes', () => {
  test('says so, with what was run and what was put to the test, and leaves nothing behind', async () => {
    const said = await place.faultline('run', './clock.ts', '--seed', '3')
    expect(said.code).toBe(0)
    expect(said.error).toBe('')
    expect(said.out).toMatch(/^passed {2}a clock ticks\n/)
    for (const line of [
      'seed        3',
      'faults      1 planned, 1 fired, 1 had an effect',
      'never late         never looked at anything',
    ])
      expect(said.out).toContain(line)
    expect(existsSync(place.path('.faultline'))).toBe(false)
  })

  test('writes a trace where it is told to, compressed by name, and never over another file', async () => {
    mkdirSync(place.path('deep'))
    expect((await place.faultline('run', 'clock.ts', '--trace', 'deep/a.ndjson')).code).toBe(0)
    expect((await place.faultline('run', 'clock.ts', '--trace', 'deep/a.ndjson.gz')).code).toBe(0)
    const plain = readFileSync(place.path('deep/a.ndjson'))
    expect(gunzipSync(readFileSync(place.path('deep/a.ndjson.gz')))).toEqual(plain)
    expect(plain.toString().split('\n')[0]).toContain('"scenario":"clock.ts"')
    const again = await place.faultline('run', 'clock.ts', '--trace', 'deep/a.ndjson')
    expect(again).toEqual({
      code: 2,
      out: '',
      error: 'faultline: trace deep/a.ndjson: got a file that is there already, wanted a new name\n',
    })
    expect(readFileSync(place.path('deep/a.ndjson'))).toEqual(plain)
    expect(readdirSync(place.path('deep'))).toEqual(['a.ndjson', 'a.ndjson.gz'])
  })

  test('is the same run checked or not, twice in a row, and another with another seed', async () => {
    const digestOf = async (...words: readonly string[]): Promise<unknown> =>
      jsonLines(await place.faultline('run', 'clock.ts', '--json', ...words))[0]?.['digest']
    const [plain, unchecked] = await Promise.all([digestOf(), digestOf('--unchecked')])
    const [other, verified] = await Promise.all([
      digestOf('--seed', '2', '--strategy', 'random'),
      place.faultline('run', 'clock.ts', '--verify'),
    ])
    expect(unchecked).toBe(plain)
    expect(other).not.toBe(plain)
    expect(verified.code).toBe(0)
    expect(verified.out).toMatch(
      new RegExp(`verified {2}a second run gave the same \\d+ events, digest ${String(plain)}\n$`),
    )
  })
})

describe('parameters and plans', () => {
  test('are set by name, as JSON or as text', async () => {
    const words = ['--set', 'level=2', '--set', 'name=a b=c', '--json']
    const [result] = jsonLines(await place.faultline('run', 'clock.ts', ...words))
    expect(result?.['parameters']).toEqual({ end: 'pass', level: 2, name: 'a b=c' })
  })

  test('a plan is printed as JSON, edited, and given back', async () => {
    const printed = await place.faultline('run', 'clock.ts', '--print-plan')
    expect(printed.code).toBe(0)
    expect(JSON.parse(printed.out)).toEqual([
      { kind: 'pause', at: 10_000_000, for: 20_000_000, node: 'clock-2' },
    ])
    place.write('plan.json', printed.out.replace('pause', 'crash').replace('10000000', '"50ms"'))
    const [result] = jsonLines(await place.faultline('run', 'clock.ts', '--plan', 'plan.json', '--json'))
    expect(result?.['plan']).toEqual([
      {
        kind: 'crash',
        at: 50_000_000,
        for: 20_000_000,
        node: 'clock-2',
        connections: 'reset',
        disk: 'drawn',
      },
    ])
    expect(result?.['eventCounts']).toMatchObject({ crash: 1 })
    const line = await place.faultline('run', 'clock.ts', '--print-plan', '--json')
    expect(jsonLines(line)).toHaveLength(1)
  })
})

describe('a run that fails', () => {
  test('names the invariant and the instant, shows the events and the trace, and ends with a line to copy', async () => {
    const said = await place.faultline('run', 'clock.ts', '--set', 'end=violation', '--seed', '5')
    expect(said.code).toBe(1)
    expect(said.out).toMatch(/^violated {2}a clock ticks\n/)
    expect(said.out).toMatch(/\nviolated {2}never late\n {2}at 0\.1\d{8}s on clock-1, event #\d+\n/)
    expect(said.out).toMatch(/\n {2}what led to it \(\d+ events\):\n/)
    expect(said.out).toMatch(/\n> *#\d+ +0\.1\d{8}s +clock-1 +probe +late = 3/)
    expect(said.out).toContain('\n  trace: .faultline/clock-seed-5.ndjson.gz\n')
    expect(lastLine(said)).toBe('npx faultline replay .faultline/clock-seed-5.ndjson.gz')
    const replayed = await place.asTyped(lastLine(said))
    expect(replayed.out).toMatch(/^same {2}all \d+ events/)
    expect(replayed.code).toBe(0)
  })

  test('keeps the trace of an earlier failure', async () => {
    const said = await place.faultline('run', 'clock.ts', '--set', 'end=violation', '--seed', '5')
    expect(said.out).toContain('trace: .faultline/clock-seed-5-2.ndjson.gz')
    expect(existsSync(place.path('.faultline/clock-seed-5.ndjson.gz'))).toBe(true)
  })

  test('tells machines where the trace is and what to run', async () => {
    const words = ['--set', 'end=violation', '--json', '--trace', 'violation.ndjson']
    const [result, ...more] = jsonLines(await place.faultline('run', 'clock.ts', ...words))
    expect(more).toEqual([])
    expect(result).toMatchObject({
      outcome: { kind: 'violated' },
      trace: 'violation.ndjson',
      command: 'npx faultline replay violation.ndjson',
    })
  })

  test('shows of an uncaught error where in the program it was', async () => {
    const said = await place.faultline('run', 'clock.ts', '--set', 'end=error')
    expect(said.code).toBe(1)
    expect(said.out).toContain('clock-1: Error: out of ticks')
    expect(said.out).toMatch(/\n {4}at misbehave \(.*clock\.ts:12:\d+\)\n/)
  })

  test.each([
    ['leak', 1, 'the real FSREQCALLBACK was created'],
    ['livelock', 3, 'more than 100000 steps at 0.1'],
    ['undecided', 3, 'eventually progress: the run ended before the bound of 5s'],
  ])('a %s has a name of its own and exit code %i', async (end, code, text) => {
    const said = await place.faultline('run', 'clock.ts', '--set', `end=${end}`)
    expect(said.code).toBe(code)
    expect(said.out).toMatch(new RegExp(`^${end} {2}a clock ticks\n`))
    expect(said.out).toContain(text)
    expect(lastLine(said)).toMatch(/^npx faultline replay \.faultline\/clock-seed-1(-\d+)?\.ndjson\.gz$/)
  })

  test('somebody who waits for ever is a deadlock', async () => {
    const said = await place.faultline('run', 'clock.ts', '--set', 'end=deadlock')
    expect(said.code).toBe(1)
    expect(said.out).toContain('nothing is left to happen, but clock-1, clock-2 still wait\n')
    expect(said.out).toContain('the last events:')
  })

  test('of a scenario that is not deterministic, no slice of another run is passed off as the failure', async () => {
    const said = await place.faultline('run', 'clock.ts', '--set', 'end=unsteady')
    expect(said.code).toBe(1)
    expect(said.out).toContain('not deterministic')
    expect(said.out).not.toContain('what led to it')
    expect(lastLine(said)).toBe('npx faultline run clock.ts --seed 1 --set end=unsteady --verify')
    const verified = await place.shell(lastLine(said))
    expect(verified.code).toBe(1)
    expect(verified.out).toMatch(/diverged {2}at event #\d+, value: recorded \d+, now \d+/)
  })
})
