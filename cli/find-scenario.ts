// Finds a scenario by the name of a shipped one (the zoo's are called zoo/NAME), or by the path of anybody's file.

import { existsSync, readdirSync } from 'node:fs'
import { basename, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { withOwnFrames } from './own-frames.ts'
import { UsageError } from './usage-error.ts'
import { loadScenario, type Scenario, ScenarioLoadError } from '../sim/index.ts'

/** A scenario and where it came from. */
export interface FoundScenario {
  /** The shipped name, or the path from the current folder: the same however it was given. */
  readonly name: string
  readonly url: string
  readonly scenario: Scenario
}

const zooPrefix = 'zoo/'
const shippedFolders = [
  { path: '../scenarios/', prefix: '' },
  { path: '../scenarios/small/', prefix: '' },
  { path: '../scenarios/zoo/', prefix: zooPrefix },
].map(({ path, prefix }) => ({ folder: new URL(path, import.meta.url), prefix }))
const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** Modules that hold no scenario. */
const doors: readonly string[] = ['index', 'zoo/bug', 'zoo/index']

/** The names of the shipped scenarios, in alphabetical order. */
export function shippedNames(): readonly string[] {
  return [...shippedUrls().keys()].filter((name) => !name.startsWith(zooPrefix)).sort()
}

/** The names of the zoo's scenarios, which show published bugs, in alphabetical order: `zoo/NAME`. */
export function zooNames(): readonly string[] {
  return [...shippedUrls().keys()].filter((name) => name.startsWith(zooPrefix)).sort()
}

function shippedUrls(): ReadonlyMap<string, string> {
  return new Map(
    shippedFolders.flatMap(({ folder, prefix }) =>
      readdirSync(folder)
        .filter((file) => file.endsWith(extension) && !file.endsWith(`.test${extension}`))
        .map((file) => [`${prefix}${basename(file, extension)}`, new URL(file, folder).href] as const)
        .filter(([name]) => !doors.includes(name)),
    ),
  )
}

/** Loads a scenario. Rejects with a UsageError that says what was looked for and what is there. */
export async function findScenario(nameOrPath: string): Promise<FoundScenario> {
  const url = locate(nameOrPath)
  try {
    return { name: nameOf(nameOrPath), url, scenario: await loadScenario(url) }
  } catch (error) {
    if (error instanceof ScenarioLoadError) throw new UsageError(withOwnFrames(error.message))
    throw error
  }
}

function nameOf(nameOrPath: string): string {
  return shippedUrls().has(nameOrPath) ? nameOrPath : relative('.', nameOrPath).split(sep).join('/')
}

function locate(nameOrPath: string): string {
  const shipped = shippedUrls().get(nameOrPath)
  if (shipped !== undefined) return shipped
  const path = resolve(nameOrPath)
  const isModule = /\.[cm]?[jt]s$/.test(path)
  if (isModule && existsSync(path)) return pathToFileURL(path).href
  const got = isModule ? 'no such file' : 'no shipped scenario and no .ts or .js file'
  throw new UsageError(
    `scenario "${nameOrPath}": got ${got}, wanted one of ${shippedNames().join(', ')}, one of the zoo (zoo/NAME: see "faultline list"), or the path of a .ts or .js file`,
  )
}

/** The path of the package's folder, for what is read from it. */
export function packageFolder(): string {
  return fileURLToPath(new URL(extension === '.ts' ? '..' : '../..', import.meta.url))
}
