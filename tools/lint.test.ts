// The linter of the project, run as `npm run lint` runs it, on a small project in which every file breaks one rule.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

interface Finding {
  readonly filename: string
  readonly code: string
  readonly message: string
  readonly help?: string
}

interface Fixture {
  readonly path: string
  readonly source: string
}

/** Type-aware rules check the whole project: seconds alone, more beside other tests. */
const lintLimit = 120_000

const root = fileURLToPath(new URL('..', import.meta.url))

const neighbours: readonly Fixture[] = [
  { path: 'sim/index.ts', source: `export { step } from './kernel/index.ts'\n` },
  { path: 'sim/time.ts', source: `export const now: number = 1\n` },
  { path: 'sim/kernel/index.ts', source: `export { step } from './loop.ts'\n` },
  {
    path: 'sim/kernel/loop.ts',
    source: `import { now } from '../time.ts'\nexport const step: number = now\n`,
  },
  { path: 'nodes/raft/index.ts', source: `export { raft } from './raft.ts'\n` },
  {
    path: 'nodes/raft/raft.ts',
    source: `import { step } from '../../sim/index.ts'\nexport const raft: number = step\n`,
  },
  { path: 'nodes/raft/mutants/index.ts', source: `export const mutant: number = 1\n` },
  { path: 'nodes/kv/store.ts', source: `export { raft } from '../raft/index.ts'\n` },
  { path: 'invariants/index.ts', source: `export const always: number = 1\n` },
  {
    path: 'scenarios/story.ts',
    source: `export { always } from '../invariants/index.ts'\nexport { mutant } from '../nodes/raft/mutants/index.ts'\n`,
  },
  { path: 'sim/real/clock.ts', source: `export const wall = (): number => Date.now()\n` },
  { path: 'sim/kernel/guards.ts', source: `export const real: typeof Date = globalThis.Date\n` },
  {
    path: 'sim/testing/story.ts',
    source: `import 'fast-check'\nexport const story: number = Math.random()\n`,
  },
  { path: 'nodes/kv/story.test.ts', source: `export { story } from '../../sim/testing/story.ts'\n` },
  { path: 'sim/powers.ts', source: `export const top: number = 2 ** 32\n` },
  {
    path: 'nodes/kv/store.test.ts',
    source: `import { test } from 'vitest'\nexport const at: number = Date.now()\nvoid test\n`,
  },
]

/** A file that breaks one rule, beside what the finding has to say. */
const forbidden: readonly (Fixture & { readonly says: string })[] = [
  {
    path: 'sim/upwards.ts',
    source: `export { raft } from '../nodes/raft/index.ts'\n`,
    says: 'sim/ must not import nodes/ (nodes/raft/index.ts): it imports nothing from the folders above it',
  },
  {
    path: 'sim/upwards-later.ts',
    source: `export const later = (): Promise<unknown> => import('../nodes/raft/index.ts')\n`,
    says: 'sim/ must not import nodes/',
  },
  {
    path: 'sim/upwards-by-type.ts',
    source: `export type Raft = import('../nodes/raft/index.ts').raft\n`,
    says: 'sim/ must not import nodes/',
  },
  {
    path: 'nodes/raft/sideways.ts',
    source: `import { always } from '../../invariants/index.ts'\nexport const check: number = always\n`,
    says: 'nodes/ must not import invariants/ (invariants/index.ts): it may import sim/ only',
  },
  {
    path: 'invariants/sideways.ts',
    source: `export * from '../nodes/raft/index.ts'\n`,
    says: 'invariants/ must not import nodes/',
  },
  {
    path: 'nodes/kv/past-the-door.ts',
    source: `export { raft } from '../raft/raft.ts'\n`,
    says: 'nodes/raft/raft.ts is behind a door: import it from nodes/raft/index.ts',
  },
  {
    path: 'nodes/raft/past-the-outer-door.ts',
    source: `export { step } from '../../sim/kernel/index.ts'\n`,
    says: 'sim/kernel/index.ts is behind a door: import it from sim/index.ts',
  },
  {
    path: 'sim/past-the-inner-door.ts',
    source: `export { step } from './kernel/loop.ts'\n`,
    says: 'sim/kernel/loop.ts is behind a door: import it from sim/kernel/index.ts',
  },
  {
    path: 'sim/kernel/untested.ts',
    source: `export { story } from '../testing/story.ts'\n`,
    says: 'sim/testing/story.ts is for tests: only a test may import it',
  },
  {
    path: 'scenarios/outside.ts',
    source: `export { secret } from '../../elsewhere/secret.ts'\n`,
    says: 'lies outside the project',
  },
  {
    path: 'nodes/raft/package.ts',
    source: `export { Command } from 'commander'\n`,
    says: 'nodes/ must not import the package commander: it may import node: built-ins, seedrandom only',
  },
  {
    path: 'reports/preact.ts',
    source: `export { render } from 'preact'\n`,
    says: 'reports/ must not import the package preact: it may import node: built-ins, @duckdb/node-api, hyparquet-writer only',
  },
  {
    path: 'reports/viewer/ui/tool.ts',
    source: `export { Command } from 'commander'\n`,
    says: 'reports/viewer/ui/ must not import the package commander: it may import preact, uplot, d3-scale only',
  },
  {
    path: 'sim/circle.ts',
    source: `import { b } from './ring.ts'\nexport const a: number = b\n`,
    says: 'cycle',
  },
  {
    path: 'sim/ring.ts',
    source: `import { a } from './circle.ts'\nexport const b: number = a\n`,
    says: 'cycle',
  },
  { path: 'nodes/kv/date.ts', source: `export const at: number = Date.now()\n`, says: 'env.clock' },
  {
    path: 'nodes/kv/global.ts',
    source: `export const at: number = globalThis.Date.now()\n`,
    says: 'env.clock',
  },
  { path: 'nodes/kv/random.ts', source: `export const x: number = Math.random()\n`, says: 'env.random' },
  { path: 'nodes/kv/uuid.ts', source: `export const x: string = crypto.randomUUID()\n`, says: 'env.random' },
  { path: 'nodes/kv/bytes.ts', source: `export { randomBytes } from 'node:crypto'\n`, says: 'env.random' },
  {
    path: 'nodes/kv/timer.ts',
    source: `setTimeout(() => {}, 1)\nexport {}\n`,
    says: 'env.timers or env.sleep',
  },
  {
    path: 'nodes/kv/timers.ts',
    source: `export { setTimeout } from 'node:timers/promises'\n`,
    says: 'env.sleep',
  },
  {
    path: 'nodes/kv/hrtime.ts',
    source: `export const t: bigint = process.hrtime.bigint()\n`,
    says: 'env.clock',
  },
  {
    path: 'nodes/kv/performance.ts',
    source: `export const t: number = performance.now()\n`,
    says: 'env.clock',
  },
  {
    path: 'nodes/kv/deadline.ts',
    source: `export const s: AbortSignal = AbortSignal.timeout(5)\n`,
    says: 'env.timers',
  },
  { path: 'nodes/kv/socket.ts', source: `export { connect } from 'node:net'\n`, says: 'env.net' },
  { path: 'invariants/log.ts', source: `export const x: number = Math.log(2)\n`, says: 'Engines may differ' },
  {
    path: 'invariants/pow.ts',
    source: `export const x = (y: number): number => y ** 0.5\n`,
    says: 'may differ',
  },
  {
    path: 'invariants/order.ts',
    source: `export const x = (a: string): number => a.localeCompare('b')\n`,
    says: '< and >',
  },
  {
    path: 'invariants/intl.ts',
    source: `export const x: object = new Intl.NumberFormat()\n`,
    says: 'Locale data',
  },
  { path: 'reports/print.ts', source: `console.log('x')\nexport {}\n`, says: 'console' },
  { path: 'cli/any.ts', source: `export const x = (y: any): unknown => y\n`, says: 'any' },
  { path: 'cli/enum.ts', source: `export enum Colour {\n  Red,\n}\n`, says: 'no enums' },
  { path: 'cli/unchecked.ts', source: `export const x = 1 as unknown as string\n`, says: 'as unknown as' },
  { path: 'cli/floating.ts', source: `Promise.resolve(1)\nexport {}\n`, says: 'Promises must be awaited' },
  {
    path: 'cli/switch.ts',
    source: `export function f(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1\n  }\n  return 2\n}\n`,
    says: 'not exhaustive',
  },
  {
    path: 'cli/empty.ts',
    source: `try {\n  process.chdir('/')\n} catch {}\nexport {}\n`,
    says: 'empty block',
  },
  { path: 'cli/later.ts', source: `// TODO: write\nexport {}\n`, says: "'todo'" },
  {
    path: 'cli/long-file.ts',
    source: `export {}\n${'// a line\n'.repeat(400)}`,
    says: 'too many lines (401)',
  },
  {
    path: 'cli/long-function.ts',
    source: `export function f(): void {\n${'  process.uptime()\n'.repeat(70)}}\n`,
    says: 'too many lines (72)',
  },
]

let folder = ''
let findings: readonly Finding[] = []

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-lint-')))
  for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
    cpSync(join(root, name), join(folder, name))
  for (const name of ['layers.js', 'lint-plugin.js'])
    cpSync(join(root, 'tools', name), join(folder, 'tools', name))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const fixture of [...neighbours, ...forbidden]) write(fixture)
  findings = lint(folder)
}, lintLimit)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the linter', () => {
  test.each(forbidden)('refuses $path and says "$says"', ({ path, says }) => {
    const texts = findings.filter(({ filename }) => filename === path).map(textOf)
    expect(texts).toContainEqual(expect.stringContaining(says))
  })

  test.each(neighbours)('finds nothing wrong with $path', ({ path }) => {
    expect(findings.filter(({ filename }) => filename === path)).toEqual([])
  })

  test(
    'finds nothing wrong with the project itself',
    () => {
      expect(lint(root).map((finding) => `${finding.filename}: ${textOf(finding)}`)).toEqual([])
    },
    lintLimit,
  )
})

function write({ path, source }: Fixture): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), source)
}

function lint(project: string): readonly Finding[] {
  const bin = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  try {
    execFileSync(process.execPath, [bin, '--format', 'json'], {
      cwd: project,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    return []
  } catch (error) {
    return findingsOf(error)
  }
}

/** The linter exits with 1 when it found something, and prints what; any other failure is passed on. */
function findingsOf(error: unknown): readonly Finding[] {
  if (!(error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')) throw error
  if (!error.stdout.startsWith('{')) throw error
  const report: { readonly diagnostics: readonly Finding[] } = JSON.parse(error.stdout)
  return report.diagnostics
}

function textOf({ code, message, help }: Finding): string {
  return `${code}: ${message} ${help ?? ''}`
}
