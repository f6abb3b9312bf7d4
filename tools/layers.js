// The layers and doors of the project as one pure function: may this file import that one?
// It knows paths only; `lint-plugin.js` feeds it what oxlint parses.

/** What each top-level folder may import from the other top-level folders. `bench` and `tools` stand outside the layers. */
const LAYERS = new Map([
  ['sim', []],
  ['nodes', ['sim']],
  ['invariants', ['sim']],
  ['scenarios', ['sim', 'nodes', 'invariants']],
  ['reports', ['sim', 'nodes', 'invariants', 'scenarios']],
  ['cli', ['sim', 'nodes', 'invariants', 'scenarios', 'reports']],
  ['property', ['sim', 'nodes', 'invariants', 'scenarios', 'reports', 'cli']],
  ['bench', ['sim', 'nodes', 'invariants', 'scenarios', 'reports', 'cli']],
])

/** Packages that a layer may import besides the built-ins of Node; tests may import any. */
const PACKAGES = new Map([
  ['sim', ['seedrandom']],
  ['nodes', ['seedrandom']],
  ['invariants', []],
  ['scenarios', []],
  ['reports', ['@duckdb/node-api', 'hyparquet-writer']],
  ['cli', ['commander', 'esbuild', 'tsx']],
  ['property', ['fast-check', 'vitest']],
])

/** What runs in a browser is bundled: its packages are needed to build it only, and it has nothing of Node. */
const BUNDLED = new Map([['reports/viewer/ui', ['preact', 'uplot', 'd3-scale']]])

/** Folders that may only be entered through their `index.ts`. Mutants and the zoo have side doors of their own, as has what a browser needs of `sim/`. */
const DOORS = [
  /^(sim|invariants|scenarios|reports|cli)$/,
  /^sim\/[^/]+$/,
  /^nodes\/[^/]+$/,
  /^property\/[^/]+$/,
]
const SIDE_DOOR = /^((nodes\/[^/]+\/mutants|scenarios\/zoo)\/index|sim\/published-state)\.ts$/

/**
 * Why `importer` must not import `specifier`, as a sentence that says what to do instead, or undefined if it may.
 * Both paths use `/`; `importer` is relative to the root of the project.
 */
export function importProblem(importer, specifier) {
  return specifier.startsWith('.')
    ? pathProblem(importer, resolve(importer, specifier))
    : packageProblem(importer, specifier)
}

function pathProblem(importer, target) {
  const source = topFolder(importer)
  const destination = topFolder(target)
  if (source === destination || !LAYERS.has(source)) return doorProblem(importer, target)
  if (destination === '..') return `${importer} imports ${target}, which lies outside the project`
  if (LAYERS.get(source).includes(destination)) return doorProblem(importer, target)
  return `${source}/ must not import ${destination}/ (${target}): ${allowedFolders(source)}`
}

function allowedFolders(source) {
  const allowed = LAYERS.get(source)
  return allowed.length === 0
    ? `it imports nothing from the folders above it`
    : `it may import ${allowed.map((folder) => `${folder}/`).join(', ')} only`
}

/** The outermost folder with a door that holds the target and not the importer has to be entered by that door. */
function doorProblem(importer, target) {
  if (target.includes('/testing/')) return testingProblem(importer, target)
  if (SIDE_DOOR.test(target)) return undefined
  const crossed = foldersOf(target).find(
    (folder) => isDoorFolder(folder) && !importer.startsWith(`${folder}/`),
  )
  if (crossed === undefined || target === `${crossed}/index.ts`) return undefined
  return `${target} is behind a door: import it from ${crossed}/index.ts`
}

/** What only tests use needs no door, and must not reach what is built. */
function testingProblem(importer, target) {
  return isTest(importer) ? undefined : `${target} is for tests: only a test may import it`
}

function isDoorFolder(folder) {
  return DOORS.some((door) => door.test(folder))
}

function packageProblem(importer, specifier) {
  const bundled = foldersOf(importer).find((folder) => BUNDLED.has(folder))
  if (bundled !== undefined) return notAllowed(bundled, specifier, BUNDLED.get(bundled))
  if (specifier.startsWith('node:')) return undefined
  const folder = topFolder(importer)
  const allowed = PACKAGES.get(folder)
  if (allowed === undefined || isTest(importer) || allowed.includes(packageName(specifier))) return undefined
  return notAllowed(folder, specifier, ['node: built-ins', ...allowed])
}

function notAllowed(folder, specifier, allowed) {
  const name = packageName(specifier)
  return allowed.includes(name)
    ? undefined
    : `${folder}/ must not import the package ${name}: it may import ${allowed.join(', ')} only`
}

/** Tests, and what only tests use: it lies in a folder `testing` and is not built. */
function isTest(path) {
  return path.endsWith('.test.ts') || path.includes('/testing/')
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function topFolder(path) {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

/** The folders of a path from the outermost to the innermost: `a/b/c.ts` gives `a`, `a/b`. */
function foldersOf(path) {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** The path that a relative specifier names, seen from the root; it begins with `..` if it leaves the project. */
function resolve(importer, specifier) {
  const parts = importer.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
