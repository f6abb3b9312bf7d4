// What the README says is what happens: its example is run as it stands, and its table is the generated one.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { faultTable } from '../sim/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-readme-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function faultline(...words: readonly string[]): { readonly code: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli/faultline.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { code: status, text: stdout + stderr }
}

function block(name: string): string {
  const text = readme.split('```ts ' + name + '\n')[1]?.split('```')[0]
  if (text === undefined) throw new Error(`the README has no block ${name}`)
  return text
}

test('the example violates its invariant on seed 1, and the last line that it prints replays it', () => {
  writeFileSync(join(folder, 'register.ts'), block('register.ts'))
  const failed = faultline('run', './register.ts', '--seed', '1')
  expect(failed.text).toContain('linearizable register')
  expect(failed.code).toBe(1)
  const command = failed.text.trimEnd().split('\n').at(-1)?.trim().split(' ') ?? []
  expect(command.slice(0, 3)).toEqual(['npx', 'faultline', 'replay'])
  expect(faultline(...command.slice(2))).toMatchObject({ code: 0, text: expect.stringContaining('same') })
}, 60_000)

test('with the write handler that the README gives, the example passes all seeds of the sweep', () => {
  const handler = block('mended').trimEnd().replaceAll(/^/gm, '  ')
  const mended = block('register.ts').replace(
    / {2}env\.messages\.on\('write'[\s\S]*?\n {2}\}\)/,
    () => handler,
  )
  expect(mended).toContain(handler)
  writeFileSync(join(folder, 'mended.ts'), mended)
  const swept = faultline('sweep', './mended.ts', '--seeds', '1..20')
  expect(swept.text).toContain('20 passed, 0 failed')
  expect(swept.code).toBe(0)
}, 60_000)

test('the table of faults is the generated one', () => {
  const cells = (table: string): string => table.replace(/[ -]+/g, ' ')
  expect(cells(readme)).toContain(cells(faultTable().trimEnd()))
})

test('what the README quotes of the main job is what the main job prints, times apart', () => {
  const shown = /```\n(passed {2}the store[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const steady = (text: string): string[] =>
    text.split('\n').filter((line) => /^passed|seed |parameters|operations|digest/.test(line.trimEnd()))
  const { text, code } = faultline('run', 'chaos', '--seed', '75')
  expect(steady(text)).toEqual(steady(shown))
  expect(code).toBe(0)
}, 60_000)
