// Why a thread of a sweep has no verdict on a seed: it died, or something in it threw. Errors cross threads as data.

import { fileURLToPath } from 'node:url'

import type { Seed } from '../random.ts'

/** What came of a thread that has no verdict. */
export type ThreadFailure =
  | { readonly kind: 'died'; readonly how: string }
  | { readonly kind: 'threw'; readonly name: string; readonly message: string; readonly stack: string | null }

/** What was thrown, as data. */
export function threadFailure(error: unknown): ThreadFailure {
  if (!(error instanceof Error)) return { kind: 'threw', name: 'Error', message: String(error), stack: null }
  const { name, message, stack } = error
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'died', how: message }
  return { kind: 'threw', name, message, stack: stack ?? null }
}

/** A seed without a verdict. The message is one line for a thread that died, else what was thrown. */
export class SeedError extends Error {
  readonly failure: ThreadFailure

  constructor(failure: ThreadFailure, scenarioUrl: string, seed: Seed | undefined) {
    super(
      `${placeOf(scenarioUrl, failure.kind === 'died' ? seed : seedOf(failure, seed))}: ${textOf(failure)}`,
    )
    this.name = 'SeedError'
    this.failure = failure
    if (failure.kind === 'threw' && failure.stack !== null) this.stack = `${this.message}\n${failure.stack}`
  }
}

/** A module that does not load does so for no seed. */
function seedOf(
  failure: ThreadFailure & { readonly kind: 'threw' },
  seed: Seed | undefined,
): Seed | undefined {
  return failure.name === 'ScenarioLoadError' ? undefined : seed
}

function placeOf(scenarioUrl: string, seed: Seed | undefined): string {
  const place = scenarioUrl.startsWith('file:') ? fileURLToPath(scenarioUrl) : scenarioUrl
  return seed === undefined ? place : `seed ${seed} of ${place}`
}

function textOf(failure: ThreadFailure): string {
  return failure.kind === 'died' ? failure.how : `${failure.name}: ${failure.message}`
}
