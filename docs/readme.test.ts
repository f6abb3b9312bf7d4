// What the README says is what happens: its examples are run as they stand, its tables are the generated ones.

import { readFileSync, symlinkSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { serving } from '../cli/testing/serving.ts'
import { jsonLines, lastLine, Workplace } from '../cli/testing/workplace.ts'
import { faultTable, parsePlan } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000 })

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const program = block('ts register.ts')
const writeHandler = /^ {2}env\.messages\.on\('write'[\s\S]*?^ {2}\}\)\n/m
/** Examples of what nodes are made of: scenarios, each a file. */
const components = ['frames.ts', 'guarded.ts', 'web.ts', 'numbers.ts', 'balanced.ts']
/** Those that are run once: they take longer. */
const services = ['redis.ts', 'websocket.ts', 'chat.ts']
let place: Workplace

beforeAll(() => {
  place = new Workplace()
  // Where a package is not of ES modules, TypeScript takes fast-check's types from its other half, which do not fit.
  place.write('package.json', '{ "type": "module" }')
  place.write('register.ts', program)
  place.write('mended.ts', program.replace(writeHandler, block('ts mended')))
  for (const name of [...components, ...services, 'store.ts']) place.write(name, block(`ts ${name}`))
  place.write('plan.json', block('json plan.json'))
  for (const name of ['register.test.ts', 'counter.test.ts']) place.write(name, block(`ts ${name}`))
  symlinkPeers(place)
})

afterAll(() => place.remove())

/** The content of the fenced block of that kind and name. */
function block(info: string): string {
  return blockThat(info, (fence) => fence[1] === info)
}

/** The fenced block that begins with this text. */
function blockBeginning(text: string): string {
  return blockThat(text, (fence) => fence[2]?.startsWith(text) === true)
}

function blockThat(what: string, isWanted: (fence: RegExpExecArray) => boolean): string {
  const fence = [...readme.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].find(isWanted)
  if (fence?.[2] === undefined) throw new Error(`the README has no block "${what}"`)
  return fence[2]
}

describe('the first example', () => {
  test('fails as the README shows, and its last line replays it', async () => {
    const said = await place.faultline('run', 'register.ts', '--seed', '1')
    expect(said.code).toBe(1)
    const shown = blockBeginning('violated  linearizable register')
      .split('\n')
      .filter((line) => line.trim() !== '')
    for (const line of shown) expect(said.out.split('\n').map((each) => each.trimEnd())).toContain(line)
    const replayed = await place.faultline(...lastLine(said).split(' ').slice(2))
    expect(readme).toContain(replayed.out)
    const alone = await place.faultline(
      'replay',
      '.faultline/register-seed-1.ndjson.gz',
      '--only',
      'server-1',
    )
    expect(readme).toContain(alone.out)
  })

  test('is drawn and queried as the README shows', async () => {
    const trace = '.faultline/register-seed-1.ndjson.gz'
    const sql = /faultline query \S+ "([^"]+)"/.exec(readme)?.[1] ?? 'no query'
    const drawn = await place.faultline('export', trace, '--format', 'mermaid')
    const asked = await place.faultline('query', trace, sql)
    expect(drawn.code + asked.code).toBe(0)
    expect(block('mermaid')).toBe(drawn.out)
    expect(readme).toContain(asked.out)
  })

  test('fails on as many seeds as the README says, and mended on none', async () => {
    const [wrong, mended] = await Promise.all([
      place.faultline('sweep', 'register.ts', '--seeds', '1..20'),
      place.faultline('sweep', 'mended.ts', '--seeds', '1..100'),
    ])
    const verdict = /^ +seeds .*$/m.exec(wrong.out)?.[0] ?? 'no verdict'
    expect(readme).toContain(verdict)
    expect(mended.out).toContain('100 passed, 0 failed, 0 undecided')
  })

  test('varies its operations in a swarm, as it declares', async () => {
    const [result] = jsonLines(
      await place.faultline('run', 'register.ts', '--seed', '1', '--swarm', '--json', '--trace', 's.ndjson'),
    )
    expect(result).toMatchObject({ variation: { operationsOff: ['write'] } })
  })

  test('fails under the plan that the README gives, whose form is right', async () => {
    const [result] = jsonLines(
      await place.faultline('run', 'register.ts', '--plan', 'plan.json', '--trace', 'plan.ndjson', '--json'),
    )
    expect(result).toMatchObject({ outcome: { kind: 'violated' }, eventCounts: { crash: 1 } })
    expect(parsePlan(block('json'))).toHaveLength(1)
  })
})

test('the second example passes', async () => {
  const said = await place.faultline('sweep', 'store.ts', '--seeds', '1..3')
  expect(said.out).toContain('3 passed, 0 failed, 0 undecided')
})

test.each(components)('%s passes', async (name) => {
  const said = await place.faultline('sweep', name, '--seeds', '1..5')
  expect(said.out).toContain('5 passed, 0 failed, 0 undecided')
  expect(said.out).not.toContain('never had an effect')
})

test('the breaker of the example opens, tries again and closes', async () => {
  await place.faultline('run', 'guarded.ts', '--seed', '1', '--trace', 'guarded.ndjson')
  const shown = await place.faultline('show', 'guarded.ndjson', '--text', 'resilience.breaker')
  const states = [...shown.out.matchAll(/state: ([a-z-]+)/g)].map(([, state]) => state)
  expect(states[0]).toBe('open')
  expect(states.slice(-2)).toEqual(['half-open', 'closed'])
})

test('the examples compile as a newcomer writes them', () => {
  const paths = {
    faultline: [`${root}sim/index.ts`],
    'faultline/invariants': [`${root}invariants/index.ts`],
    'faultline/nodes/*': [`${root}nodes/*/index.ts`],
    'faultline/fast-check': [`${root}property/fast-check/index.ts`],
    'faultline/vitest': [`${root}property/vitest/index.ts`],
  }
  const compilerOptions = {
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2023',
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [`${root}node_modules/@types`],
    paths,
  }
  place.write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions,
      files: [
        'register.ts',
        'mended.ts',
        'store.ts',
        ...components,
        ...services,
        'register.test.ts',
        'counter.test.ts',
      ],
    }),
  )
  const compiler = `${root}node_modules/typescript/bin/tsc`
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', '.'], {
    cwd: place.folder,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})

test('the tests go as the README shows', async () => {
  const fresh = new Workplace()
  for (const name of ['register.ts', 'register.test.ts', 'counter.test.ts'])
    fresh.write(name, block(`ts ${name}`))
  symlinkPeers(fresh)
  const alias = [
    { find: 'faultline/invariants', replacement: `${root}invariants/index.ts` },
    { find: 'faultline/fast-check', replacement: `${root}property/fast-check/index.ts` },
    { find: 'faultline/vitest', replacement: `${root}property/vitest/index.ts` },
    { find: 'faultline', replacement: `${root}sim/index.ts` },
  ]
  fresh.write('vitest.config.mjs', `export default ${JSON.stringify({ resolve: { alias } })}`)
  const vitest = `${root}node_modules/vitest/vitest.mjs`
  const said = await fresh.shell(`'${process.execPath}' '${vitest}' run --no-color 2>&1`)
  fresh.remove()
  const shown = blockBeginning('ScenarioFailure:')
    .split('\n')
    .filter((line) => !line.includes('…'))
  for (const line of shown) expect(said.out).toContain(line)
  expect(said.out).toMatch(/Tests +3 failed \| 1 passed/)
})

/** What whoever writes property tests has installed. */
function symlinkPeers(where: Workplace): void {
  for (const name of ['fast-check', 'vitest'])
    symlinkSync(`${root}node_modules/${name}`, where.path(`node_modules/${name}`))
}

test('the main job prints what the README shows, times apart', async () => {
  const manifest: { readonly scripts: { readonly start: string } } = JSON.parse(
    readFileSync(`${root}package.json`, 'utf8'),
  )
  const [, , ...words] = manifest.scripts.start.split(' ')
  const said = await place.faultline(...words)
  const steady = (text: string): readonly string[] =>
    text.split('\n').filter((line) => !/^ +(time|events) /.test(line) && line !== '')
  expect(steady(blockBeginning('passed  the store'))).toEqual(steady(said.out))
  expect(said.code).toBe(0)
})

test('the main job shows partitions, crashes, torn writes and skewed clocks', () => {
  const shown = blockBeginning('passed  the store')
  for (const sight of ['partition', 'crash', 'clock-'])
    expect(/^ {14}[a-z-]+ \d+, .*$/m.exec(shown)?.[0]).toContain(sight)
  expect(shown).toMatch(/tore [1-9]/)
})

test.each(services)('the example %s passes, and breaks what it says', async (name) => {
  const said = await place.faultline('run', name, '--seed', '1')
  expect([said.code, said.out.split(' ')[0]]).toEqual([0, 'passed'])
  expect(said.out).toContain(name === 'websocket.ts' ? 'faults      none' : 'crash')
})

test('every example in TypeScript has a name, under which a test runs it', () => {
  const names = [...readme.matchAll(/^```ts(.*)$/gm)].map(([, name = '']) => name.trim())
  const known = new Set(['register.ts', 'mended', 'store.ts', 'register.test.ts', 'counter.test.ts'])
  expect(names.filter((name) => !known.has(name) && ![...components, ...services].includes(name))).toEqual([])
})

test('a node is served as the README shows', async () => {
  const shown = /^\$ npx faultline (serve echo .*)\n([^]*?)^```$/m.exec(readme)
  const [, words = '', told = ''] = shown ?? []
  const node = await serving(place, ...words.split(' ').slice(1))
  await node.tells(/UDP/)
  node.signal('SIGTERM')
  expect(await node.ended()).toBe(0)
  expect(node.told()).toBe(`${told}stopped\n`)
})

test('the table of faults is the generated one', () => {
  expect(cells(readme)).toContain(cells(faultTable().trimEnd()))
})

test('every shipped scenario is in the table, with its story', async () => {
  const shipped = jsonLines(await place.faultline('list', '--json'))
  for (const { name, title } of shipped.filter(({ section }) => section === 'scenarios'))
    expect(cells(readme)).toContain(cells(`| \`${String(name)}\` | ${String(title)} |`))
})

/** A table without what only aligns its columns. */
function cells(table: string): string {
  return table.replace(/[ -]+/g, ' ')
}
