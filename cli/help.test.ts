// What `--help` teaches.
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { addChat } from './commands/chat.ts'
import { addCheck } from './commands/check.ts'
import { addDiff } from './commands/diff.ts'
import { addExplain } from './commands/explain.ts'
import { addFind } from './commands/find.ts'
import { addExport } from './commands/export.ts'
import { addFork } from './commands/fork.ts'
import { addExhaust } from './commands/exhaust.ts'
import { addHttp } from './commands/http.ts'
import { addLinearizable } from './commands/linearizable.ts'
import { addList } from './commands/list.ts'
import { addQuery } from './commands/query.ts'
import { addOpen } from './commands/open.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addRun } from './commands/run.ts'
import { addServe } from './commands/serve.ts'
import { addShrink } from './commands/shrink.ts'
import { addShow } from './commands/show.ts'
import { addStats } from './commands/stats.ts'
import { addSweep } from './commands/sweep.ts'
import { Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

const commands = [
  ['list', addList],
  ['run', addRun],
  ['sweep', addSweep],
  ['exhaust', addExhaust],
  ['replay', addReplay],
  ['shrink', addShrink],
  ['explain', addExplain],
  ['fork', addFork],
  ['show', addShow],
  ['stats', addStats],
  ['find', addFind],
  ['diff', addDiff],
  ['open', addOpen],
  ['report', addReport],
  ['check', addCheck],
  ['export', addExport],
  ['query', addQuery],
  ['linearizable', addLinearizable],
  ['serve', addServe],
  ['http', addHttp],
  ['chat', addChat],
] as const

test('the help names each command, the exit codes, and first steps', async () => {
  const { code, out } = await place.faultline('--help')
  expect(code).toBe(0)
  const named = [...out.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, name]) => name)
  expect(named).toEqual(commands.map(([name]) => name))
  expect(out).toContain('Exit codes: 0 passed, 1 violation, 2 bad input, 3 undecided')
  expect(out).toContain('First steps:')
})

test.each(commands)('the help of %s has an example, and shows no value as a machine would', (name, add) => {
  const help = helpOf(add)
  expect(help).toMatch(new RegExp(`Examples?:[^\n]*\n(.*\n)*? {2}faultline ${name} `))
  expect(help).not.toMatch(/default: \{|undefined|\[object/)
})

test('without a command it says what there is, and that this was not enough', async () => {
  const { code, out, error } = await place.faultline()
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(error).toContain('Usage: faultline')
})

test('the version is that of the package', async () => {
  const manifest: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  expect((await place.faultline('--version')).out).toBe(`${manifest.version}\n`)
})

function helpOf(add: (program: Command) => void): string {
  const program = new Command('faultline')
  add(program)
  let help = ''
  for (const command of program.commands)
    command
      .configureOutput({
        writeOut: (text) => {
          help += text
        },
      })
      .outputHelp()
  return help
}
