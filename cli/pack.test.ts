// What a user gets: the package is built, packed, installed in an empty folder and used there by its name.
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const installLimit = 180_000

/** A scenario as a newcomer writes it, in a folder whose package.json does not even say `"type": "module"`. */
const userScenario = `import { ms, node, scenario, seconds, type Program } from 'faultline'

const ticker: Program = (env) => {
  env.timers.every(ms(100), () => env.probe('tick', env.incarnation))
}

export default scenario({
  title: 'a clock ticks',
  nodes: () => [node('clock', ticker)],
  duration: seconds(1),
})
`

/** Its tests: of one scenario on many seeds, of one run, and as a property. */
const userTests = `import { expect, test } from 'faultline/vitest'
import { assertScenario } from 'faultline/fast-check'
import { run } from 'faultline'
import tick from './tick.ts'

test.scenario(tick, { seeds: 3 })
test('one seed', async () => expect(await run(tick, { seed: 1 })).toPass())
test('a property', () => assertScenario(tick, { numRuns: 5 }))
`

let folder = ''
let project = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-pack-')))
  project = join(folder, 'project')
  const tarball = pack(join(folder, 'checkout'))
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true }\n')
  writeFileSync(join(project, 'tick.ts'), userScenario)
  run(project, 'npm', 'install', '--prefer-offline', tarball, tsx())
}, installLimit)

afterAll(() => rmSync(folder, { recursive: true, force: true }), installLimit)

describe('the packed package in an empty folder', () => {
  test('explains its commands', () => {
    const help = faultline('--help')
    for (const command of ['list', 'run', 'sweep', 'exhaust', 'replay', 'diff', 'open', 'report', 'check'])
      expect(help).toContain(command)
  })

  test('lists the scenarios that come with it', () => {
    expect(faultline('list')).toContain('chaos')
  })

  test('runs a scenario that its user wrote in TypeScript', () => {
    expect(faultline('run', './tick.ts', '--seed', '1')).toContain('passed')
  })

  test('type-checks that scenario', () => {
    expect(typeCheck('tick.ts')).toBe('')
  })

  test('offers its modules by name', () => {
    const names = ['faultline', 'faultline/invariants', 'faultline/nodes/raft', 'faultline/nodes/kv']
    const code = `for (const name of ${JSON.stringify(names)}) console.log(Object.keys(await import(name)).length > 0)`
    expect(run(project, process.execPath, '--input-type=module', '--eval', code)).toBe(
      'true\n'.repeat(names.length),
    )
  })

  test('offers property tests to those who have fast-check and vitest', () => {
    for (const name of ['fast-check', 'vitest'])
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
    writeFileSync(join(project, 'tick.test.ts'), userTests)
    const said = run(project, process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), 'run')
    expect(said).toMatch(/Tests .*3 passed/)
    expect(typeCheck('--skipLibCheck', 'tick.test.ts')).toBe('')
  })

  test('shows a trace in the browser, with the viewer that was built', () => {
    faultline('run', './tick.ts', '--seed', '1', '--trace', 'tick.ndjson')
    expect(faultline('report', 'tick.ndjson', '--html', 'tick.html')).toBe('written: tick.html\n')
    expect(readFileSync(join(project, 'tick.html'), 'utf8')).toContain('id="viewer"')
    const modules = join(project, 'node_modules')
    expect(readdirSync(modules).filter((name) => /^(preact|uplot|d3-)/.test(name))).toEqual([])
  })

  test('holds what was built and no sources, tests or benchmarks', () => {
    const files = readdirSync(join(project, 'node_modules', 'faultline'), {
      recursive: true,
      encoding: 'utf8',
    })
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|^(bench|tools|docs)\b/.test(file))).toEqual([])
  })
})

/** Builds and packs a copy of the project, so that two test runs never meet in one `dist`; the path of the tarball. */
function pack(checkout: string): string {
  const ignored = new Set(['node_modules', 'dist', 'coverage', '.git', '.faultline'])
  for (const name of readdirSync(root).filter((entry) => !ignored.has(entry)))
    cpSync(join(root, name), join(checkout, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  run(checkout, 'npm', 'run', 'build')
  const tarball = run(
    checkout,
    'npm',
    'pack',
    '--silent',
    '--ignore-scripts',
    '--pack-destination',
    folder,
  ).trim()
  return join(folder, tarball)
}

/** What loads TypeScript in an installed package where Node cannot: the version that the project is tested with. */
function tsx(): string {
  const manifest: { readonly devDependencies: { readonly tsx: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  return `tsx@${manifest.devDependencies.tsx}`
}

/** What the compiler says of files as a newcomer has them. */
function typeCheck(...words: readonly string[]): string {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node']
  const types = ['--typeRoots', join(root, 'node_modules', '@types'), '--allowImportingTsExtensions']
  return run(project, process.execPath, compiler, ...flags, ...types, ...words)
}

function faultline(...options: readonly string[]): string {
  return run(project, 'npx', '--no-install', 'faultline', ...options)
}

/** Runs a command and returns what it printed; throws with its output when it fails. */
function run(cwd: string, command: string, ...options: readonly string[]): string {
  return execFileSync(command, options, { cwd, env: cleanEnvironment(), encoding: 'utf8', stdio: 'pipe' })
}

/** Under `npm test` the settings of this package reach every npm below it: one in another folder must not see them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|vitest|node_env)/i.test(name)),
  )
}
