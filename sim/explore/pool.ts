// Worker threads that run seeds of one scenario. Each has a world of its own and loads the scenario itself: functions do
// not cross threads.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import { SeedError, type ThreadFailure, threadFailure } from './seed-error.ts'
import type { SeedResult } from './seed-result.ts'
import type { Data } from '../data.ts'
import type { Fault } from '../faults/index.ts'
import type { Seed } from '../random.ts'

/** What to run: a scenario by the URL of its module, with what is the same for all seeds. */
export interface Job {
  /** The URL of the module whose default export is the scenario. */
  readonly scenarioUrl: string
  readonly set: ReadonlyMap<string, Data>
  /** One plan for all seeds, instead of one drawn from each. */
  readonly plan: readonly Fault[] | null
  /** Whether leaks of real resources are looked for (the digest is the same either way). */
  readonly isChecked: boolean
}

/** What a worker thread answers. */
export type WorkerMessage =
  | { readonly kind: 'result'; readonly result: SeedResult }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure }

/** Runs seeds one after the other. */
export interface SeedRunner {
  /** Throws a SeedError that says which seed has no verdict and why. */
  run(seeds: readonly Seed[]): AsyncIterable<SeedResult>
  close(): Promise<void>
}

/**
 * The size of V8's young generation in a worker thread. A run makes much garbage and keeps little: with V8's own 48 MiB,
 * collections come so often that a sweep of the store takes 15 % more CPU time.
 */
export const youngGenerationMiB = 192

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** Starts a thread for a job. */
export function threadRunner(job: Job): SeedRunner {
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: job,
    execArgv: process.execArgv,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMiB },
  })
  const inbox = new Inbox()
  worker.on('message', (message: WorkerMessage) => {
    inbox.put(message)
  })
  worker.on('error', (error: unknown) => {
    inbox.put({ kind: 'failed', failure: threadFailure(error) })
  })
  worker.on('exit', (code) => {
    const how = `the thread that ran it ended with code ${code} before it had a verdict`
    inbox.put({ kind: 'failed', failure: { kind: 'died', how } })
  })
  return {
    run: (seeds) => {
      worker.postMessage(seeds)
      return resultsOf(inbox, seeds, job)
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

async function* resultsOf(inbox: Inbox, seeds: readonly Seed[], job: Job): AsyncGenerator<SeedResult> {
  for (let done = 0; ; done++) {
    const message = await inbox.take()
    if (message.kind === 'done') return
    if (message.kind === 'failed') throw new SeedError(message.failure, job.scenarioUrl, seeds[done])
    yield message.result
  }
}

class Inbox extends EventTarget {
  readonly #messages: WorkerMessage[] = []

  put(message: WorkerMessage): void {
    this.#messages.push(message)
    this.dispatchEvent(new globalThis.Event('message'))
  }

  async take(): Promise<WorkerMessage> {
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined) return message
      await once(this, 'message')
    }
  }
}
