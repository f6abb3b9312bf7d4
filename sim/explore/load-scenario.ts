// Loads a scenario from a module, which may be anybody's.

import type { Scenario } from '../scenario.ts'

/** A module that should hold a scenario and does not. */
export class ScenarioLoadError extends Error {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`)
    this.name = 'ScenarioLoadError'
  }
}

/** The scenario that a module exports by default. Rejects with a ScenarioLoadError that says what is wrong. */
export async function loadScenario(url: string): Promise<Scenario> {
  const place = url.startsWith('file:') ? decodeURIComponent(new URL(url).pathname) : url
  let module: { readonly default?: unknown }
  try {
    module = (await import(url)) as { readonly default?: unknown }
  } catch (error) {
    throw new ScenarioLoadError(place, `the module failed to load: ${whyItFailed(error)}`)
  }
  if (!isScenario(module.default)) {
    throw new ScenarioLoadError(
      place,
      `got ${module.default === undefined ? 'no default export' : typeof module.default}, wanted "export default scenario({ … })"`,
    )
  }
  return module.default
}

/** What was thrown, with its stack; of a mistake in the syntax, which every loader tells in a way of its own, place and mistake. */
function whyItFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? error.message
  const byEsbuild = /^(.+:\d+:\d+): ERROR: (.*)$/m.exec(error.message)
  if (byEsbuild !== null) return `${byEsbuild[1]}: SyntaxError: ${byEsbuild[2]}`
  // Node puts the place and the line of code before the error of its own parser.
  const byNode = /^(file:\/\/.+:\d+)\n[^]*?^(?:\w*Error)(?: \[\w+\])?: (.*)$/m.exec(stack)
  if (byNode?.[1] === undefined || error.name !== 'SyntaxError') return stack
  return `${decodeURIComponent(new URL(byNode[1]).pathname)}: SyntaxError: ${byNode[2]}`
}

function isScenario(value: unknown): value is Scenario {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'scenario' &&
    'prepare' in value
  )
}
