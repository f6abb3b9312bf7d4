// `report`, `open` and `diff --html` as somebody uses them.
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs'
import { delimiter } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { jsonLines, Workplace } from './testing/workplace.ts'
import { pageMark } from '../reports/index.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let place: Workplace

beforeAll(async () => {
  place = new Workplace()
  await place.faultline('run', 'clock.ts', '--trace', 'passed.ndjson')
  await place.faultline('run', 'clock.ts', '--set', 'end=violation', '--trace', 'violated.ndjson')
  place.write('notes.html', '<p>mine</p>\n')
})

afterAll(() => place.remove())

function text(name: string): string {
  return readFileSync(place.path(name), 'utf8')
}

test('a report is written, and replaced by the next one', async () => {
  const first = await place.faultline('report', 'violated.ndjson', '--html', 'run.html')
  expect(first).toMatchObject({ code: 0, out: 'written: run.html\n', error: '' })
  expect(text('run.html')).toContain(pageMark)
  const again = await place.faultline('report', 'passed.ndjson', '--html', 'run.html', '--json')
  expect(jsonLines(again)).toEqual([{ file: 'run.html', bytes: Buffer.byteLength(text('run.html')) }])
})

test("somebody else's file is not replaced, unless by force", async () => {
  const words = ['report', 'passed.ndjson', '--html', 'notes.html']
  const refused = await place.faultline(...words)
  expect(refused.code).toBe(2)
  expect(refused.error).toBe(
    'faultline: output notes.html: got a file that Faultline did not write, wanted a new name, or --force to replace it\n',
  )
  expect(text('notes.html')).toBe('<p>mine</p>\n')
  expect((await place.faultline(...words, '--force')).code).toBe(0)
  expect(text('notes.html')).toContain(pageMark)
})

test('a run is shown at once, and its trace is beside the page', async () => {
  const words = ['run', 'clock.ts', '--set', 'end=violation', '--html', 'shown.html']
  const said = await place.faultline(...words)
  expect(said.code).toBe(1)
  expect(said.out).toMatch(/npx faultline replay shown\.ndjson\.gz\n\nwritten: shown\.html\n$/)
  expect(text('shown.html')).toContain(pageMark)
  expect(existsSync(place.path('shown.ndjson.gz'))).toBe(true)
  place.write('theirs.html', '<p>theirs</p>\n')
  const notOurs = await place.faultline('run', 'clock.ts', '--html', 'theirs.html')
  expect(notOurs).toMatchObject({ code: 2, error: expect.stringContaining('did not write') })
})

test('of a damaged trace a part is shown and compared where that is asked for, and says so', async () => {
  const whole = text('passed.ndjson')
  place.write('half.ndjson', whole.slice(0, whole.indexOf('\n', whole.length / 2) + 20))
  const partial = /^partial: only what stands before the damage: half\.ndjson:\d+: got the end of the file/
  for (const words of [
    ['report', 'half.ndjson', '--html', 'half.html', '--partial'],
    ['open', 'half.ndjson', '--no-start', '--partial'],
    ['open', 'half.ndjson', 'passed.ndjson', '--no-start', '--partial'],
    ['show', 'half.ndjson', '--partial'],
    ['find', 'half.ndjson', 'start', '--partial'],
  ]) {
    const { code, error } = await place.faultline(...words)
    expect(code, error).toBe(0)
    expect(error).toMatch(partial)
  }
  const stats = await place.faultline('stats', 'half.ndjson', '--json', '--partial')
  expect(JSON.parse(stats.out)).toMatchObject({ isPartial: true, problem: expect.stringContaining(':') })
  const diff = await place.faultline('diff', 'half.ndjson', 'passed.ndjson', '--partial', '--json')
  expect(diff.code).toBe(1)
  expect(diff.error).toMatch(partial)
  const good = whole.slice(0, whole.indexOf('\n', whole.length / 2)).split('\n').length - 1
  expect(JSON.parse(diff.out)).toMatchObject({ common: good })
})

test('what was altered is not compared, not even in part', async () => {
  const lines = text('passed.ndjson').split('\n')
  const at = lines.findIndex((line, place) => place > 5 && line.includes('"node":"'))
  const forged = lines.with(at, (lines[at] ?? '').replace('"node":"', '"node":"x'))
  place.write('altered.ndjson', forged.join('\n'))
  const diff = await place.faultline('diff', 'altered.ndjson', 'passed.ndjson', '--partial', '--json')
  expect(diff.error).toContain(`altered.ndjson:${at + 1}: got`)
  expect(JSON.parse(diff.out)).toMatchObject({ common: at - 1 })
})

test.each([
  ['cut off', (path: string) => truncateSync(path, 900), 'wanted a trace that ends with a footer', 2],
  [
    'altered',
    (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('"start"', '"pause"')),
    '(the line was altered)',
    2,
  ],
  [
    'foreign',
    (path: string) => writeFileSync(path, '{"traceEvents":[]}\n'),
    'wanted the header of a Faultline trace',
    1,
  ],
])('a trace that is %s is refused, and nothing is written', async (name, damage, said, lines) => {
  place.write('damaged.ndjson', text('passed.ndjson'))
  damage(place.path('damaged.ndjson'))
  for (const words of [
    ['report', 'damaged.ndjson', '--html', `${name}.html`],
    ['open', 'damaged.ndjson', '--no-start'],
    ['diff', 'passed.ndjson', 'damaged.ndjson', '--html', `${name}.html`],
  ]) {
    const { code, error } = await place.faultline(...words)
    expect(code).toBe(2)
    expect(error).toContain(said)
    expect(error.trimEnd().split('\n')).toHaveLength(lines)
    expect(error.includes('with --partial')).toBe(lines === 2)
  }
  expect(existsSync(place.path(`${name}.html`))).toBe(false)
  expect(readdirSync(place.folder).filter((file) => file.includes('.part'))).toEqual([])
})

test('a folder without failures is refused in one line', async () => {
  mkdirSync(place.path('empty'))
  const { code, error } = await place.faultline('report', 'empty', '--html', 'empty.html')
  expect(code).toBe(2)
  expect(error).toContain('empty: got a folder without failures or sweeps')
})

test('diff writes both runs beside what it says, and ends as without', async () => {
  const said = await place.faultline('diff', 'passed.ndjson', 'violated.ndjson', '--html', 'both.html')
  expect(said.code).toBe(1)
  expect(said.out).toMatch(/^a {2}passed\.ndjson\n[\s\S]*written: both\.html\n$/)
  expect(text('both.html')).toContain(pageMark)
})

test('open says where the page is, and starts what opens files here', async () => {
  const bin = place.path('bin')
  mkdirSync(bin)
  for (const name of ['xdg-open', 'open']) {
    place.write(`bin/${name}`, `#!/bin/sh\necho "$1" > "${place.path('opened')}"\n`)
    chmodSync(place.path(`bin/${name}`), 0o755)
  }
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`)
  vi.stubEnv('DISPLAY', ':0')
  const { code, out } = await place.faultline('open', './violated.ndjson', 'passed.ndjson')
  const file = place.path('.faultline/view-violated--against--passed.html')
  expect({ code, out }).toEqual({ code: 0, out: `written: ${file}\n` })
  expect(existsSync(file)).toBe(true)
  await vi.waitFor(() => expect(text('opened')).toBe(`${file}\n`), { timeout: 10_000 })
})

test('open says so when nothing here starts a browser, or when none is wanted', async () => {
  vi.stubEnv('DISPLAY', '')
  vi.stubEnv('WAYLAND_DISPLAY', '')
  const { out } = await place.faultline('open', 'violated.ndjson')
  if (process.platform === 'linux') expect(out).toContain('open it in a browser')
  const quiet = await place.faultline('open', 'violated.ndjson', '--no-start')
  expect(quiet.out).toBe(`written: ${place.path('.faultline/view-violated.html')}\n`)
})

test('sweeps leave what a campaign shows: failures, and a line for each sweep', async () => {
  const sweep = ['sweep', 'clock.ts', '--set', 'end=violation', '--seeds', '1..3']
  await place.faultline(...sweep)
  await place.faultline(...sweep)
  const lines = text('.faultline/clock/sweeps.ndjson').trimEnd().split('\n')
  const records = lines.map((line): { readonly progress: readonly unknown[] } => JSON.parse(line))
  expect(records).toMatchObject([
    { seeds: '1..3', passed: 0, failed: 3 },
    { seeds: '1..3', passed: 0, failed: 3 },
  ])
  expect(records[0]?.progress.at(-1)).toEqual([expect.any(Number), 3, 3])
  const { code } = await place.faultline('report', '.faultline/clock', '--html', 'campaign.html')
  expect(code).toBe(0)
  expect(text('campaign.html')).toContain(pageMark)
})
