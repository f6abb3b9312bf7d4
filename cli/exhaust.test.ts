// `faultline exhaust`.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, lastLine, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

describe('an exhaustive search', () => {
  test('has exit code 0 when everything was seen and nothing is bad', async () => {
    const { code, out } = await place.faultline('exhaust', 'two-phase-commit')
    expect(code).toBe(0)
    expect(out).toMatch(/^exhausted {2}all resource managers/)
    expect(out).toMatch(/states +288 distinct, at most 10 steps from the start\n/)
    expect(out).toMatch(/transitions +359, and 402 spared/)
  })

  test('has exit code 1 on a violation, shows the path, and ends with a line that shows it again', async () => {
    const said = await place.faultline('exhaust', 'lock-service', '--set', 'bug=trusting')
    expect(said.code).toBe(1)
    expect(said.out).toContain('the path, 9 steps from the start:')
    expect(said.out).toContain('6  lock receives release grant 1 from client-1')
    const again = lastLine(said)
    expect(again).toBe('npx faultline exhaust lock-service --set bug=trusting')
    expect((await place.shell(again)).code).toBe(1)
  })

  test('has exit code 3 at a bound', async () => {
    const states = await place.faultline('exhaust', 'two-phase-commit', '--states', '100')
    expect([states.code, states.out]).toEqual([3, expect.stringContaining('more than 100 states')])
    const depth = await place.faultline('exhaust', 'two-phase-commit', '--depth', '4', '--no-reduction')
    expect([depth.code, depth.out]).toEqual([3, expect.stringContaining('go on beyond 4 steps')])
  })

  test('says the same in JSON, and what may happen as it was set', async () => {
    const words = ['--network', 'multiset', '--losses', 'any', '--crashes', '1', '--timers', 'any', '--json']
    const [line] = jsonLines(await place.faultline('exhaust', 'lock-service', ...words, '--depth', '3'))
    expect(line).toMatchObject({
      settings: { network: 'multiset', timers: 'any', crashes: 1, losses: 'any', duplicates: 0 },
      verdict: { kind: 'bound', bound: 'depthMax', value: 3 },
      isMatched: true,
    })
  })

  test.each([
    [['--network', 'pigeons'], 'wanted one of multiset, set, ordered'],
    [['--losses', 'some'], 'wanted a whole number of at least 0, or any'],
    [['--depth', '0'], 'wanted a whole number of at least 1'],
    [['--set', 'colour=blue'], 'parameter colour'],
  ])('has exit code 2 for %j', async (words, wanted) => {
    const { code, out, error } = await place.faultline('exhaust', 'lock-service', ...words)
    expect([code, out]).toEqual([2, ''])
    expect(error).toContain(wanted)
  })

  test('takes a program that publishes nothing, and says what that costs', async () => {
    const { code, out } = await place.faultline('exhaust', 'clock.ts', '--depth', '1')
    expect(code).toBe(3)
    expect(out).toMatch(/states were not told apart: .* must publish with env\.probe\('state', …\)/)
  })
})
