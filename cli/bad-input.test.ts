// What somebody gets wrong at the command line: one clear line that says what was there and what was wanted, exit code 2,
// and nothing is run, written or overwritten.
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { countArgument, seedArgument, seedsArgument, setArgument } from './arguments.ts'
import { Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
  place.write('text.txt', 'no trace\n')
  place.write('three.ts', 'export default 3\n')
  place.write('broken.ts', 'export default scenario({')
  place.write('lost.ts', "import { nothing } from 'no-such-package'\nexport default nothing\n")
  place.write(
    'throws.ts',
    `import { ms, scenario } from 'faultline'
export default scenario({
  title: 'no nodes',
  nodes: () => {
    throw new Error('no machines left')
  },
  duration: ms(1),
})
`,
  )
  place.write('half.json', '[{')
  place.write(
    'wrong.json',
    '[{"kind":"crash","node":"clock-1"},{"kind":"crush","at":"1s"},{"kind":"pause","node":"clock-9","at":"1s"}]',
  )
  place.write('late.json', '[{"kind":"pause","node":"clock-1","at":"2s"}]')
  place.write('stranger.json', '[{"kind":"pause","node":"clock-9","at":"100ms"}]')
})

afterAll(() => place.remove())

const oneLine: readonly (readonly [words: string, said: string])[] = [
  ['run nobody', 'scenario "nobody": got no shipped scenario and no .ts or .js file, wanted one of chaos, '],
  ['run nobody.ts', 'scenario "nobody.ts": got no such file, wanted one of chaos, '],
  ['run three.ts', 'three.ts: got number, wanted "export default scenario({ … })"'],
  [
    'run lost.ts',
    "the module failed to load: Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'no-such-package'",
  ],
  ['run clock.ts --seed 1.5', '--seed: got "1.5", wanted a whole number from 0 to 2^53 - 1'],
  ['run clock.ts --set level=high', 'parameter level: got string "high", wanted a number such as 1'],
  ['run chaos --set sessionsMax=9', 'parameter sessionsMax: got 9, wanted one of 8, 1024'],
  ['run chaos --set mutant=nobody', 'mutant: got "nobody", wanted one of none, vote-twice, '],
  ['exhaust lock-service --set bug=nobody', 'bug: got "nobody", wanted one of none, trusting'],
  ['fork failed.ndjson --at 5 --number 3', '--number: wanted --trace with it: where the trace of that'],
  ['fork failed.ndjson --at 5 --trace fork.ndjson', '--trace: wanted --number with it: which continuation'],
  ['run clock.ts --plan nowhere.json', 'plan nowhere.json: ENOENT'],
  ['run clock.ts --trace clock.ts', 'trace clock.ts: got a file that is there already, wanted a new name'],
  [
    'run clock.ts --sed 1',
    "unknown option '--sed' (Did you mean one of --seed, --set?); --help says what is possible",
  ],
  ['replay nowhere.ndjson', 'nowhere.ndjson: got ENOENT'],
  ['replay text.txt', 'text.txt:1: got "no trace", wanted the header of a Faultline trace'],
  [
    'run clock.ts --trace missing/a.ndjson',
    'trace missing/a.ndjson: got no folder missing, wanted one that is there',
  ],
  ['run clock.ts --trace text.txt/a.ndjson', 'trace text.txt/a.ndjson: got no folder text.txt, wanted one'],
  ['run clock.ts --trace missing/.faultline/a.ndjson', 'trace missing/.faultline/a.ndjson: ENOENT'],
  ['diff text.txt', "missing required argument 'b'; --help says what is possible"],
  [
    'linearizable text.txt --model heap',
    '--model: got "heap", wanted one of register, cas-register, kv, queue, ',
  ],
  ['linearizable nowhere.edn --model kv', 'history nowhere.edn: ENOENT'],
  ['swep clock.ts', "unknown command 'swep' (Did you mean sweep?); --help says what is possible"],
]

describe('a mistake is told in one line', () => {
  test.each(oneLine)('faultline %s', async (words, text) => {
    const before = readdirSync(place.folder)
    const { code, out, error } = await place.faultline(...words.split(' '))
    expect(error).toMatch(/^faultline: [^\n]+\n$/)
    expect(error).toContain(text)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(readdirSync(place.folder)).toEqual(before)
  })
})

describe('the value of an option is told with what was wanted', () => {
  const none = new Map<string, never>()
  test.each([
    [() => seedArgument('-1'), '--seed: got "-1", wanted a whole number from 0 to 2^53 - 1'],
    [() => seedArgument('9007199254740992'), '--seed: got "9007199254740992", wanted '],
    [() => seedsArgument('9..1'), '--seeds: got "9..1", wanted a range such as 1..1000'],
    [() => countArgument('--jobs')('0'), '--jobs: got "0", wanted a whole number of at least 1'],
    [() => countArgument('--jobs')('1e3'), '--jobs: got "1e3", wanted '],
    [() => setArgument('level', none), '--set: got "level", wanted key=value'],
    [() => setArgument('=1', none), '--set: got "=1", wanted key=value'],
  ])('%#', (read, said) => {
    expect(read).toThrow(said)
  })
})

test('all that is wrong with a plan is told at once, each with its place', async () => {
  const { code, error } = await place.faultline('run', 'clock.ts', '--plan', 'wrong.json')
  expect(code).toBe(2)
  expect(error).toMatch(/^faultline: plan wrong\.json: 2 problems\n/)
  expect(error).toContain('[0]: got "a fault without at or when"')
  expect(error).toContain('[1].kind: got "crush", wanted one of crash, ')
})

test('a plan that does not fit the scenario is told with the name of its file', async () => {
  const { code, error } = await place.faultline('sweep', 'clock.ts', '--plan', 'stranger.json')
  expect(code).toBe(2)
  expect(error).toMatch(/^faultline: plan stranger\.json: a problem\n {2}faults\[0\]: got "clock-9"/)
})

test('a fault that would begin after the run is told with the end of its faults', async () => {
  const { code, error } = await place.faultline('run', 'clock.ts', '--plan', 'late.json')
  expect(code).toBe(2)
  expect(error).toContain(
    'plan late.json: a problem\n  faults[0].at: got "2s", wanted at most 500ms: all faults',
  )
})

test('a plan that is no JSON is told with what the parser says', async () => {
  const { error } = await place.faultline('run', 'clock.ts', '--plan', 'half.json')
  expect(error).toMatch(/^faultline: plan half\.json: a problem\n {2}the plan: got .*wanted JSON \(/)
})

test("a mistake in somebody's own file is told with its line, and with no line of ours", async () => {
  const [broken, throws] = await Promise.all([
    place.faultline('run', 'broken.ts'),
    place.faultline('run', 'throws.ts'),
  ])
  expect(broken.error).toMatch(
    /^faultline: \S+broken\.ts: the module failed to load: \S+broken\.ts:1(:\d+)?: SyntaxError: .+\n$/,
  )
  expect(throws.error).toMatch(
    /^faultline: scenario "no nodes": Error: no machines left\n +at .*throws\.ts:5:\d+\)\n$/,
  )
  expect([broken.code, throws.code]).toEqual([2, 2])
})
