// How `faultline` loads modules beyond what Node does, so that anybody's scenario loads from anywhere: `faultline`
// and its subpaths are always the package that is running (two copies would not share a world), and a TypeScript
// file outside node_modules is an ES module whatever the nearest package.json says.
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const PACKAGE = /^faultline(?:\/(invariants|nodes\/[^/]+))?$/
const TYPESCRIPT = /^file:(?!.*\/node_modules\/).*\.ts(?:\?.*)?$/

/** True in a checkout, false in an installed package. */
export const hasSources = existsSync(new URL('../tsconfig.json', import.meta.url))

/** The URL of a module of this package, named without extension: its source in a checkout, else what was built. */
export function packageFile(name) {
  return new URL(hasSources ? `../${name}.ts` : `../dist/${name}.js`, import.meta.url).href
}

/** The hook as `module.register` of Node 20 wants it, where `next` answers later. */
export async function resolve(specifier, context, next) {
  return asModule(await next(ownName(specifier), context))
}

/** The hook as `module.registerHooks` of newer versions wants it. */
export function resolveSync(specifier, context, next) {
  return asModule(next(ownName(specifier), context))
}

function ownName(specifier) {
  const match = PACKAGE.exec(specifier)
  return match === null ? specifier : packageFile(`${match[1] ?? 'sim'}/index`)
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
  const { transform } = await import('esbuild')
  const path = fileURLToPath(url)
  const { code } = await transform(await readFile(path, 'utf8'), {
    loader: 'ts',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
    sourcesContent: false,
    // The options of a checkout are its own, not those of the folder in which the command happens to run.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  })
  return { format: 'module', source: code, shortCircuit: true }
}
