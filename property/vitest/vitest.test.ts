// The tests of a project of somebody's own, run by vitest as they would run them.

import { existsSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { type Said, Workplace } from '../../cli/testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const root = fileURLToPath(new URL('../..', import.meta.url))

const config = `export default {
  resolve: {
    alias: [
      { find: /^faultline$/, replacement: '${root}sim/index.ts' },
      { find: /^faultline\\/invariants$/, replacement: '${root}invariants/index.ts' },
      { find: /^faultline\\/(vitest|fast-check)$/, replacement: '${root}property/$1/index.ts' },
    ],
  },
}
`

const tests = `import { expect, test } from 'faultline/vitest'
import { run } from 'faultline'
import clock from './clock.ts'

test.scenario(clock, { seeds: 3 })
test.scenario(clock, { seeds: '2..4', set: { end: 'violation' }, regressions: [7] })
test.scenario(clock, { seeds: 1, set: { end: 'deadlock' }, timeout: 30_000 })
test('one run', async () => {
  expect(await run(clock, { seed: 1 })).toPass()
  expect(await run(clock, { seed: 1, set: new Map([['end', 'violation']]) })).not.toPass()
})
`

interface Assertion {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

let place: Workplace
let said: Said
let assertions: readonly Assertion[] = []

beforeAll(async () => {
  place = new Workplace()
  symlinkSync(join(root, 'node_modules/vitest'), place.path('node_modules/vitest'))
  place.write('vitest.config.ts', config)
  place.write('clock.test.ts', tests)
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  said = await place.shell(
    `'${process.execPath}' '${vitest}' run --reporter=json --reporter=verbose --outputFile.json=out.json`,
  )
  const { default: report } = (await import(place.path('out.json'), { with: { type: 'json' } })) as {
    readonly default: { readonly testResults: readonly { readonly assertionResults: readonly Assertion[] }[] }
  }
  assertions = report.testResults.flatMap(({ assertionResults }) => assertionResults)
})

afterAll(() => place.remove())

describe('test.scenario', () => {
  test('is one test a scenario, named by its story', () => {
    expect(said.code).toBe(1)
    expect(assertions.map(({ title, status }) => `${title}: ${status}`)).toEqual([
      'a clock ticks: passed',
      'a clock ticks: failed',
      'a clock ticks: failed',
      'one run: passed',
    ])
  })

  test('runs regressions first, and tells a failure with the command that replays it', async () => {
    const [message = ''] = assertions[1]?.failureMessages ?? []
    expect(message).toContain('seed 7, a regression, failed')
    expect(message).toContain('violated  never late')
    expect(message).toContain('what led to it')
    expect(message).toMatch(/at .*clock\.test\.ts:6/)
    const command = /npx faultline replay \S+/.exec(message)?.[0] ?? ''
    expect(existsSync(place.path(command.split(' ').at(-1) ?? ''))).toBe(true)
    const replayed = await place.shell(command)
    expect(replayed.out).toContain('outcome  violated: never late')
    expect(replayed.code).toBe(0)
  })

  test('tells how a run ended that no invariant judged', () => {
    const [message = ''] = assertions[2]?.failureMessages ?? []
    expect(message).toContain('seed 1 failed; to run it first from now on: regressions: [1]')
    expect(message).toContain('shrunk  deadlock')
    expect(message).toContain('the last events:')
    expect(message).toContain('npx faultline replay .faultline/clock/deadlock-')
  })

  test('attaches the trace and the plan', () => {
    expect(said.out).toContain('the trace of the shrunk run')
    expect(said.out).toContain('its fault plan')
    expect(readdirSync(place.path('.vitest-attachments'))).toHaveLength(4)
  })
})
