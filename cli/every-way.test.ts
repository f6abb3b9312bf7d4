// A mistake known from tools of this kind: a way of running that skips invariants. Each way that there is has to find what
// is wrong, and to say so with its exit code.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const command = fileURLToPath(new URL('faultline.js', import.meta.url))

/** A scenario as somebody would write it: `what` says what goes wrong at 50 ms. */
const source = `import { ms, node, scenario, type Invariant, type Program } from 'faultline'
import { always, on } from 'faultline/invariants'

const program: Program = (env) => {
  env.timers.after(ms(50), () => {
    if (env.parameters['what'] === 'probe') env.probe('value', 13)
    if (env.parameters['what'] === 'error') throw new Error('thirteen')
  })
}
const unsure: Invariant = {
  name: 'unsure',
  kinds: ['start'],
  begin: () => ({ on: () => null, end: () => ({ kind: 'undecided', message: 'out of time' }), looked: () => 1 }),
}

export default scenario({
  title: 'thirteen is bad',
  parameters: { what: 'nothing' },
  nodes: ({ what }) => [node('a', program, { parameters: { what } })],
  invariants: ({ what }) => [
    always('never thirteen', on('probe', ({ value }) => value !== 13)),
    ...(what === 'unsure' ? [unsure] : []),
  ],
  duration: ms(100),
})
`

let folder = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-ways-')))
  writeFileSync(join(folder, 'thirteen.ts'), source)
})

afterAll(() => rmSync(folder, { recursive: true }))

function faultline(...words: readonly string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { code: status, said: stdout + stderr }
}

const cases = [
  ['probe', 1, 'never thirteen'],
  ['error', 1, 'no uncaught error'],
  ['unsure', 3, 'unsure'],
  ['nothing', 0, 'passed'],
] as const

describe.each(cases)('with %s as what goes wrong', (what, code, said) => {
  const settings = ['--set', `what=${what}`]
  const trace = `${what}.ndjson`

  test('run, and run --verify', () => {
    const run = faultline('run', './thirteen.ts', ...settings, '--verify', '--trace', trace)
    expect(run.said).toContain(said)
    expect(run.said).toContain('verified')
    expect(run.code).toBe(code)
  })

  test('sweep, in two threads', () => {
    const sweep = faultline('sweep', './thirteen.ts', '--seeds', '1..4', '--jobs', '2', ...settings)
    expect(sweep.said).toContain(said)
    expect(sweep.code).toBe(code)
  })

  test('check of a trace', () => {
    const check = faultline('check', trace)
    expect(check.said).toContain(code === 0 ? 'holds' : said)
    expect(check.code).toBe(code)
  })

  test('replay of a trace, which says how the run ended now', () => {
    const replay = faultline('replay', trace)
    expect(replay.said).toContain('same')
    expect(replay.said).toContain(`outcome  ${['violated', 'passed', 'undecided'][[1, 0, 3].indexOf(code)]}`)
    expect(replay.code).toBe(0)
  })
})

test('a replay notices that the same events are judged in another way than when they were recorded', () => {
  writeFileSync(join(folder, 'thirteen.ts'), source.replace("what === 'unsure'", 'false'))
  const replay = faultline('replay', 'unsure.ndjson')
  expect(replay.said).toContain('recorded undecided, now passed')
  expect(replay.code).toBe(1)
})
