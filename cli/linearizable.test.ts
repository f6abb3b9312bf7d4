// `faultline linearizable` on histories as others record them.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { jsonLines, Workplace } from './testing/workplace.ts'

let place: Workplace

vi.setConfig({ testTimeout: 120_000 })

const invoke = { process: 0, type: 'invoke' }
const write = [
  { ...invoke, f: 'write', value: 1 },
  { process: 0, type: 'ok', f: 'write', value: 1 },
]
const read = (value: number): readonly object[] => [
  { ...invoke, f: 'read', value: null },
  { process: 0, type: 'ok', f: 'read', value },
]
const cas = [
  { ...invoke, f: 'cas', value: [1, 2] },
  { process: 0, type: 'fail', f: 'cas', value: [1, 2] },
]

beforeAll(() => {
  place = new Workplace()
  const history = (name: string, ...operations: readonly object[]): void =>
    place.write(name, `${operations.map((operation) => JSON.stringify(operation)).join('\n')}\n`)
  history('good.ndjson', ...write, ...read(1))
  history('bad.ndjson', ...write, ...read(2))
  history('counted.ndjson', ...read(2))
  place.write('text.txt', 'no history\n')
  place.write('cut.ndjson', `${JSON.stringify(write[0])}\n{"process":`)
  history('refused.ndjson', ...write, ...cas, ...read(1))
  place.write(
    'good.edn',
    '{:process 0, :type :invoke, :f :write, :value 1}\n{:process 0, :type :ok, :f :write, :value 1}\n',
  )
  place.write(
    'independent.edn',
    `{:process 0, :type :invoke, :f :write, :value [0 1]}
{:process 0, :type :ok, :f :write, :value [0 1]}
{:process 0, :type :invoke, :f :read, :value [1 nil]}
{:process 0, :type :ok, :f :read, :value [1 nil]}
`,
  )
  // Additions of both signs: very many sums are possible, and the one that is read is none of them.
  const additions = Array.from({ length: 24 }, (_, process) => {
    const value = 3 * 2 ** process * (process % 2 === 0 ? 1 : -1)
    return { process, type: 'invoke', f: 'add', value }
  })
  history(
    'hard.ndjson',
    ...additions,
    { process: 99, type: 'invoke', f: 'read', value: null },
    {
      process: 99,
      type: 'ok',
      f: 'read',
      value: 1,
    },
  )
})

afterAll(() => place.remove())

describe('recorded histories', () => {
  test('have one verdict a file, and the window that cannot be ordered', async () => {
    const said = await place.faultline(
      'linearizable',
      'good.ndjson',
      'good.edn',
      'bad.ndjson',
      '--model',
      'register',
    )
    expect(said.code).toBe(1)
    const lines = said.out.split('\n')
    expect(lines[0]).toMatch(/^linearizable {2}good\.ndjson {2}[\d.]+ ms$/)
    expect(lines[1]).toMatch(/^linearizable {2}good\.edn /)
    expect(lines[2]).toMatch(/^not-linearizable {2}bad\.ndjson /)
    expect(said.out).toMatch(/read → ok 2/)
  })

  test('are one JSON object a file for machines', async () => {
    const said = await place.faultline(
      'linearizable',
      'good.ndjson',
      'bad.ndjson',
      '--model',
      'register',
      '--json',
    )
    const verdicts = jsonLines(said)
    expect(verdicts.map(({ file, verdict }) => [file, verdict])).toEqual([
      ['good.ndjson', 'linearizable'],
      ['bad.ndjson', 'not-linearizable'],
    ])
    for (const { ms } of verdicts) expect(ms).toBeTypeOf('number')
  })

  test('are judged although others cannot be read or are no histories, which are told each in a line', async () => {
    const files = 'nowhere.ndjson bad.ndjson text.txt hard.ndjson cut.ndjson good.ndjson'.split(' ')
    const said = await place.faultline('linearizable', ...files, '--model', 'register', '--json')
    expect(said.code).toBe(2)
    const errors = said.error.trimEnd().split('\n')
    expect(errors).toEqual([
      expect.stringMatching(/^faultline: history nowhere\.ndjson: ENOENT/),
      expect.stringMatching(/^faultline: text\.txt:1: got "no history", wanted a history/),
      expect.stringMatching(/^faultline: hard\.ndjson:1: got operation "add"/),
      expect.stringMatching(/^faultline: cut\.ndjson:2: got /),
    ])
    expect(jsonLines(said)).toMatchObject([
      { file: 'nowhere.ndjson', error: errors[0]?.slice('faultline: '.length) },
      { file: 'bad.ndjson', verdict: 'not-linearizable' },
      { file: 'text.txt', error: errors[1]?.slice('faultline: '.length) },
      { file: 'hard.ndjson', error: errors[2]?.slice('faultline: '.length) },
      { file: 'cut.ndjson', error: errors[3]?.slice('faultline: '.length) },
      { file: 'good.ndjson', verdict: 'linearizable' },
    ])
  })

  test('that are not linearizable come before those that are unknown in the exit code', async () => {
    const words = ['hard.ndjson', 'counted.ndjson', '--model', 'counter', '--timeout-ms', '20']
    const said = await place.faultline('linearizable', ...words)
    expect(said.out).toMatch(/^unknown {2}hard\.ndjson[^]*^not-linearizable {2}counted\.ndjson/m)
    expect(said.code).toBe(1)
  })

  test('over many keys in tuples are judged for each key', async () => {
    const words = ['independent.edn', '--model', 'register']
    const [apart, together] = await Promise.all([
      place.faultline('linearizable', ...words, '--independent'),
      place.faultline('linearizable', 'good.edn', 'independent.edn', '--model', 'register', '--independent'),
    ])
    expect([apart.code, apart.out]).toEqual([0, expect.stringMatching(/^linearizable {2}independent\.edn /)])
    expect([together.code, together.error]).toEqual([
      2,
      'faultline: good.edn:1: got "1" as the value, wanted a tuple [key value]\n',
    ])
  })

  test('take the meaning of fail that is asked for', async () => {
    const judge = (meaning: string): Promise<{ readonly code: number }> =>
      place.faultline('linearizable', 'refused.ndjson', '--model', 'cas-register', '--fail', meaning)
    const [dropped, observed] = await Promise.all([judge('dropped'), judge('observed')])
    expect([dropped.code, observed.code]).toEqual([0, 1])
  })

  test('are unknown, never linearizable, when time is up', async () => {
    const words = ['hard.ndjson', '--model', 'counter', '--timeout-ms', '20', '--json']
    const said = await place.faultline('linearizable', ...words)
    expect(jsonLines(said)[0]).toMatchObject({ verdict: 'unknown' })
    expect(said.code).toBe(3)
  })
})
