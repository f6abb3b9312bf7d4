// Worker threads that make runs of one scenario. Each has a world of its own and loads the scenario itself: functions do
// not cross threads.

import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

import { SeedError, type ThreadFailure, threadFailure } from './seed-error.ts'
import type { SeedResult } from './seed-result.ts'
import type { Data } from '../data.ts'
import type { Fault } from '../faults/index.ts'
import type { Seed } from '../random.ts'
import type { Variation } from '../variation.ts'

/** What to run: a scenario by the URL of its module, with what is the same for all seeds. */
export interface Job {
  /** The URL of the module whose default export is the scenario. */
  readonly scenarioUrl: string
  readonly set: ReadonlyMap<string, Data>
  /** One plan for all seeds, instead of one drawn from each. */
  readonly plan: readonly Fault[] | null
  /** Whether leaks of real resources are looked for (the digest is the same either way). */
  readonly isChecked: boolean
  /** How all runs depart from what the scenario says, and whether each seed draws a variation of its own. */
  readonly variation?: Variation
  readonly isSwarm?: boolean
  /** Whether results are to say what their runs have reached. */
  readonly hasCoverage?: boolean
  /** Of that only which faults hit nodes in which state. */
  readonly hasFaultStates?: boolean
  /** Whether results are to say which parts of the programs their runs did not come to; in threads only. */
  readonly hasBranches?: boolean
}

/** One run of a job: what it has of its own. */
export interface Task {
  readonly seed: Seed
  /** In place of the job's plan and variation. */
  readonly plan?: readonly Fault[]
  readonly variation?: Variation
  /** Whether the result is to name the calls that clients asked for, and the late deliveries. */
  readonly hasDetails?: boolean
  /** Whether the result is to have a digest of what programs were given. */
  readonly hasInputs?: boolean
  /** A run that may turn out impossible: it then has no result, instead of ending the job. */
  readonly isTrial?: boolean
}

/** What a worker thread answers. */
export type WorkerMessage =
  | { readonly kind: 'result'; readonly result: SeedResult }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: ThreadFailure }

/** Does tasks one after the other. */
export interface TaskRunner {
  /** Throws a SeedError that says which seed has no verdict and why. */
  run(tasks: readonly Task[]): AsyncIterable<SeedResult>
  close(): Promise<void>
}

/**
 * The size of V8's young generation in a worker thread. A run makes much garbage and keeps little: with V8's own 48 MiB,
 * collections come so often that a sweep of the store takes 15 % more CPU time.
 */
export const youngGenerationMiB = 192

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** Starts a thread for a job. */
export function threadRunner(job: Job): TaskRunner {
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
    workerData: job,
    execArgv: loaderFlags(process.execArgv),
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
    run: (tasks) => {
      worker.postMessage(tasks)
      return resultsOf(inbox, tasks, job)
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

const loaderFlag = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/

/** What a thread needs of the flags of its process to load the same modules. Others, such as V8's, it would refuse. */
function loaderFlags(flags: readonly string[]): string[] {
  return flags.filter((flag, index) => {
    const before = flags[index - 1] ?? ''
    return loaderFlag.test(flag) || (loaderFlag.test(before) && !before.includes('='))
  })
}

async function* resultsOf(inbox: Inbox, tasks: readonly Task[], job: Job): AsyncGenerator<SeedResult> {
  for (let done = 0; ; done++) {
    const message = await inbox.take()
    if (message.kind === 'done') return
    if (message.kind === 'failed') throw new SeedError(message.failure, job.scenarioUrl, tasks[done]?.seed)
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

/** Threads beyond so many for each core only take memory. */
const threadsPerCore = 4

/** Gives a body so many threads for a job, but no more than the machine can use, and ends them with it. */
export async function withThreads<T>(
  job: Job,
  count: number,
  body: (runners: readonly TaskRunner[]) => Promise<T>,
): Promise<T> {
  const length = Math.min(count, threadsPerCore * availableParallelism())
  const runners = Array.from({ length }, () => threadRunner(job))
  try {
    return await body(runners)
  } finally {
    await Promise.all(runners.map((runner) => runner.close()))
  }
}
