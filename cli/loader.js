// How `faultline` loads modules beyond what Node does, so that anybody's scenario loads from anywhere: `faultline`
// and its subpaths are always the package that is running (two copies would not share a world), and a TypeScript
// file outside node_modules is an ES module whatever the nearest package.json says.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'

const PACKAGE = /^faultline(?:\/(invariants|nodes\/[^/]+|fast-check|vitest))?$/
const RELATIVE = /^\.{1,2}\/[^?#%]+\.ts$/
const TYPESCRIPT = /^file:(?!.*\/node_modules\/).*\.ts(?:\?.*)?$/

const root = new URL('../', import.meta.url).href

/** True in a checkout, false in an installed package. */
export const hasSources = existsSync(new URL('../tsconfig.json', import.meta.url))

/** The URL of a module of this package, named without extension: its source in a checkout, else what was built. */
export function packageFile(name) {
  return new URL(hasSources ? `../${name}.ts` : `../dist/${name}.js`, import.meta.url).href
}

/** The hook as `module.register` of Node 20 wants it, where `next` answers later. */
export async function resolve(specifier, context, next) {
  return resolveOwn(specifier, context) ?? asModule(await next(ownName(specifier), context))
}

/** The hook as `module.registerHooks` of newer versions wants it. */
export function resolveSync(specifier, context, next) {
  return asModule(next(ownName(specifier), context))
}

// Sources name each other by their files. Node would look for each, its real path and its package.json: a fifth of what it costs
// to start a command, which loads a thousand.
function resolveOwn(specifier, { parentURL }) {
  if (!hasSources || !RELATIVE.test(specifier) || !isOwn(parentURL)) return null
  const url = new URL(specifier, parentURL)
  // Of what is not there Node tells more.
  return existsSync(url) ? { url: url.href, format: 'module', shortCircuit: true } : null
}

function isOwn(url) {
  return url?.startsWith(root) === true && !url.includes('/node_modules/')
}

function ownName(specifier) {
  const match = PACKAGE.exec(specifier)
  return match === null ? specifier : packageFile(`${folderOf(match[1] ?? 'sim')}/index`)
}

function folderOf(name) {
  return name === 'fast-check' || name === 'vitest' ? `property/${name}` : name
}

function asModule(resolved) {
  if (!TYPESCRIPT.test(resolved.url)) return resolved
  return { ...resolved, format: process.features.typescript ? 'module-typescript' : 'module' }
}

/**
 * Strips types where Node cannot and sources are at hand. tsx would do, but it wraps every named function in a call
 * that sets its name: a closure costs 400 ns instead of 1, which a simulation pays with each event.
 */
export async function load(url, context, next) {
  if (!hasSources || !TYPESCRIPT.test(url)) return next(url, context)
  const path = fileURLToPath(url)
  const text = readFileSync(path, 'utf8')
  const kept = keptFile(path, text)
  return { format: 'module', source: readKept(kept) ?? (await strip(path, text, kept)), shortCircuit: true }
}

const options = {
  loader: 'ts',
  target: 'node20',
  sourcemap: 'inline',
  sourcesContent: false,
  // The options of a checkout are its own, not those of the folder in which the command happens to run.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
}

async function strip(path, text, kept) {
  const { transform } = await import('esbuild')
  const { code } = await transform(text, { ...options, sourcefile: path })
  keep(kept, code)
  return code
}

// What was stripped once is kept, under a name made from all that it depends on: starting esbuild and waiting for 250
// answers takes longer than everything else that a short command does.
const keptFolder = fileURLToPath(new URL('../node_modules/.cache/faultline/', import.meta.url))

function keptFile(path, text) {
  const hash = createHash('sha256').update(JSON.stringify(options)).update(path).update('\0').update(text)
  return `${keptFolder}${hash.digest('hex').slice(0, 32)}.js`
}

function readKept(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** Other processes may write the same file at the same time: it takes its name only when it is complete. */
function keep(file, code) {
  const partial = `${file}.${process.pid}-${threadId}`
  try {
    mkdirSync(keptFolder, { recursive: true })
    writeFileSync(partial, code)
    renameSync(partial, file)
  } catch (error) {
    // A checkout that cannot be written to, or a full disk: it will be stripped again next time.
    if (error.code === undefined) throw error
  }
}
