// How a checkout loads TypeScript: from a folder that knows nothing of it, on the main thread and on workers.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const register = new URL('./register.js', import.meta.url).href
const loader: string = new URL('./loader.js', import.meta.url).href
const source = new URL('../sim/index.ts', import.meta.url).href

let folder = ''

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faultline-load-')))
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a scenario anywhere gets the world that is running, not a second copy', () => {
  const printed = runFile(`
    import * as byName from 'faultline'
    const byPath: unknown = await import('${source}')
    console.log(byName === byPath)`)
  expect(printed).toBe('true\n')
})

test('a worker that is started with the options of its parent loads TypeScript too', () => {
  const printed = runFile(`
    import { Worker, isMainThread } from 'node:worker_threads'
    import * as faultline from 'faultline'
    const where: string = isMainThread ? 'main' : 'worker'
    console.log(where, Object.keys(faultline).length > 0)
    if (isMainThread) new Worker(new URL(import.meta.url), { execArgv: process.execArgv })`)
  expect(printed).toBe('main true\nworker true\n')
})

test('an error names the line of the source, not of what was made from it', () => {
  const printed = runFile(`
    interface Gone { readonly one: number }

    const gone: Gone = { one: 1 }
    console.log(new Error(String(gone.one)).stack?.split('\\n')[1]?.trim())`)
  expect(printed).toContain('story.ts:5:')
})

test('a closure costs a closure: no call that sets its name is wrapped around it', () => {
  const printed = runFile(`
    const make = (): (() => number) => { const named = () => 1; return named }
    console.log(make.toString().includes('__name'))`)
  expect(printed).toBe('false\n')
})

test('a source is found at once, and what is not there by Node, which says more of it', async () => {
  const { resolve } = (await import(loader)) as { readonly resolve: Resolve }
  const asked: string[] = []
  const next = (specifier: string) => {
    asked.push(specifier)
    return { url: 'file:///elsewhere.js' }
  }
  const parentURL = import.meta.url
  const found = await resolve('../sim/index.ts', { parentURL }, next)
  expect([found.url, asked]).toEqual([source, []])
  for (const [specifier, parent] of [
    ['./nowhere.ts', parentURL],
    ['./index.ts', 'file:///somewhere/else.ts'],
    ['./index.ts', new URL('../node_modules/other/main.ts', source).href],
  ] as const)
    await resolve(specifier, { parentURL: parent }, next)
  expect(asked).toEqual(['./nowhere.ts', './index.ts', './index.ts'])
})

type Resolve = (
  specifier: string,
  context: { readonly parentURL: string },
  next: (specifier: string) => { readonly url: string },
) => Promise<{ readonly url: string }>

function runFile(code: string): string {
  const file = join(folder, 'story.ts')
  writeFileSync(file, code)
  return execFileSync(process.execPath, ['--import', register, file], { encoding: 'utf8' })
}
