// The file that a scenario comes from, so that a failure can be replayed by the command: found in the stack of the call
// that made the scenario, unless a test says it.

import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import type { FoundScenario } from '../../cli/index.ts'
import { originOf, type Scenario } from '../../sim/index.ts'

/** A scenario with its file. */
export interface ScenarioPlace extends FoundScenario {
  /** Whether that file exports the scenario by default, as far as its text tells: then the command can load it. */
  readonly isLoadable: boolean
}

/** Finds the file of a scenario; `file`, a path or URL, takes precedence. Throws when neither says it. */
export function placeOf(scenario: Scenario, file?: string): ScenarioPlace {
  const given = file === undefined ? [] : [file.startsWith('file:') ? fileURLToPath(file) : file]
  const paths = file === undefined ? pathsOf(originOf(scenario)) : given
  const exporting = paths.find(exportsByDefault)
  const path = exporting ?? paths[0]
  if (path === undefined)
    throw new TypeError(
      `${scenario.title}: its file is not known: say it as \`file: import.meta.url\` or a path`,
    )
  const name = relative(process.cwd(), path)
  return { name, url: pathToFileURL(path).href, scenario, isLoadable: exporting !== undefined }
}

/** The files of a stack, the innermost first, without the one that made the stack, this package's and other packages. */
function pathsOf(stack: string): readonly string[] {
  const frames = [...stack.matchAll(/^ +at (?:.*?\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):\d+:\d+\)?$/gm)]
  const paths = frames
    .map(([, place = '']) => place.replace(/[?#].*$/, ''))
    .map((place) => (place.startsWith('file:') ? fileURLToPath(place) : place))
  return [...new Set(paths)].filter(
    (path) => !/[\\/](?:node_modules|sim[\\/]scenario(?:-origin)?\.[jt]s$)/.test(path),
  )
}

function exportsByDefault(path: string): boolean {
  try {
    return /^export (?:default\b|\{[^}]*\bas default\b)/m.test(readFileSync(path, 'utf8'))
  } catch {
    // A file that was compiled in memory, or is gone.
    return false
  }
}
