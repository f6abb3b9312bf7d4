// The viewer as a script and a style for a page: what `npm run build` made in an installed package, bundled when it is
// wanted in a checkout, where nothing is built, and then kept.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { ViewerBundle } from '../reports/index.ts'

const folder = fileURLToPath(new URL('../reports/', import.meta.url))
const built = { script: join(folder, 'viewer/viewer.js'), style: join(folder, 'viewer/viewer.css') }
const entry = join(folder, 'viewer/ui/main.tsx')
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))
const keptFolder = fileURLToPath(new URL('../node_modules/.cache/faultline/', import.meta.url))

/** The viewer, from wherever it is at hand. */
export async function viewerBundle(): Promise<ViewerBundle> {
  if (existsSync(built.script)) return readBundle(built)
  const name = join(keptFolder, `viewer-${sourcesHash()}`)
  const kept = { script: `${name}.js`, style: `${name}.css` }
  if (existsSync(kept.script) && existsSync(kept.style)) return readBundle(kept)
  const bundle = await bundleViewer()
  keep(kept, bundle)
  return bundle
}

/** Bundles the viewer from its sources. */
export async function bundleViewer(): Promise<ViewerBundle> {
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    outdir: '/viewer',
    format: 'iife',
    platform: 'browser',
    target: 'chrome110',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'ascii',
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  })
  const output = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  return { script: licences(Object.keys(metafile.inputs)) + output('.js'), style: output('.css') }
}

/** Whose code is in the bundle, with their licences, as a comment: they ask to be named in copies. */
function licences(inputs: readonly string[]): string {
  const names = inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])
  const texts = [...new Set(names)].sort().map((name) => {
    const text = readFileSync(join(modules, name, 'LICENSE'), 'utf8').trim()
    return `${name}\n\n${text.replaceAll('*/', '* /')}`
  })
  return `/*!\n${texts.join('\n\n')}\n*/\n`
}

function readBundle({ script, style }: ViewerBundle): ViewerBundle {
  return { script: readFileSync(script, 'utf8'), style: readFileSync(style, 'utf8') }
}

/** Whatever changes the bundle changes this: the sources, and the versions of what they import. */
function sourcesHash(): string {
  // How it is bundled stands in this file.
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((name) => /\.(tsx?|css)$/.test(name) && !name.includes('.test.')).sort())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(folder, file)))
      .update('\0')
  hash.update(readFileSync(fileURLToPath(new URL('../package-lock.json', import.meta.url))))
  return hash.digest('hex').slice(0, 32)
}

/** Other processes may write the same files: each takes its name only when it is complete. */
function keep(kept: ViewerBundle, bundle: ViewerBundle): void {
  try {
    mkdirSync(keptFolder, { recursive: true })
    for (const part of ['script', 'style'] as const) {
      const partial = `${kept[part]}.${process.pid}`
      writeFileSync(partial, bundle[part])
      renameSync(partial, kept[part])
    }
  } catch (error) {
    // A checkout that cannot be written to: it will be bundled again next time.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
