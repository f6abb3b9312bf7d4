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
    throw new ScenarioLoadError(
      place,
      `the module failed to load: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
  }
  if (!isScenario(module.default)) {
    throw new ScenarioLoadError(
      place,
      `got ${module.default === undefined ? 'no default export' : typeof module.default}, wanted "export default scenario({ … })"`,
    )
  }
  return module.default
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
