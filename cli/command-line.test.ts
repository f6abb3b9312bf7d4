import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { setArgument, settingText } from './arguments.ts'
import { replayLine, runLine, shellWord } from './command-line.ts'
import { ownFrames, withOwnFrames } from './own-frames.ts'
import type { Data } from '../sim/index.ts'

describe('a line to copy', () => {
  test('says what is needed and no more', () => {
    expect(runLine({ scenario: 'chaos', seed: 7, set: new Map() })).toBe('npx faultline run chaos --seed 7')
    expect(replayLine('.faultline/chaos-seed-7.ndjson.gz')).toBe(
      'npx faultline replay .faultline/chaos-seed-7.ndjson.gz',
    )
    const set = new Map<string, Data>([
      ['replicas', 3],
      ['mutant', 'vote-twice'],
      ['names', ['a b']],
    ])
    expect(
      runLine({
        scenario: 'my tests/a.ts',
        seed: 1,
        set,
        plan: 'plan.json',
        variation: { swarm: true, strategy: { kind: 'pos' } },
      }),
    ).toBe(
      `npx faultline run 'my tests/a.ts' --seed 1 --set replicas=3 --set mutant=vote-twice --set 'names=["a b"]' --plan plan.json --swarm --strategy pos`,
    )
  })

  test('a setting reads back as the value that it was made from, a text that looks like a number too', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const value = json as Data
        const read = setArgument(settingText('key', value), new Map<string, Data>()).get('key')
        expect(JSON.stringify(read)).toBe(JSON.stringify(value))
      }),
    )
    expect(settingText('key', '3')).toBe('key="3"')
  })

  test('a shell reads each word as it was', () => {
    const words = [`it's`, 'a b', '$HOME', '`ls`', 'x"y', 'a;b', '*', '\\', '']
    const echoed = execFileSync('sh', ['-c', `printf '%s\\n' ${words.map(shellWord).join(' ')}`], {
      encoding: 'utf8',
    })
    expect(echoed).toBe(`${words.join('\n')}\n`)
  })
})

describe('the frames of a stack', () => {
  const stack = [
    'Error: no',
    '    at scenario (/home/me/test.ts:3:1)',
    `    at prepare (${new URL('../sim/scenario.ts', import.meta.url).pathname}:9:1)`,
    '    at node:internal/modules:1:1',
  ].join('\n')

  test("are those of somebody's own files", () => {
    expect(ownFrames(stack)).toEqual(['    at scenario (/home/me/test.ts:3:1)'])
    expect(withOwnFrames(stack)).toBe('Error: no\n    at scenario (/home/me/test.ts:3:1)')
  })
})
