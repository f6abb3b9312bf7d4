// A worker thread of a sweep: loads the scenario, then runs the seeds that it is sent.

import { parentPort, workerData } from 'node:worker_threads'

import { loadScenario } from './load-scenario.ts'
import type { Job, WorkerMessage } from './pool.ts'
import { threadFailure } from './seed-error.ts'
import { type SeedResult, seedResult } from './seed-result.ts'
import type { Seed } from '../random.ts'
import { run } from '../run.ts'
import type { Scenario } from '../scenario.ts'

const job = workerData as Job
const port = parentPort
if (port === null) throw new Error('this module runs in a worker thread')
const send = (message: WorkerMessage): void => {
  port.postMessage(message)
}
const loading = loadScenario(job.scenarioUrl)
let before: Promise<void> = Promise.resolve()

port.on('message', (seeds: readonly Seed[]) => {
  before = before.then(() => runSeeds(seeds))
})

async function runSeeds(seeds: readonly Seed[]): Promise<void> {
  try {
    const scenario = await loading
    for (const seed of seeds) send({ kind: 'result', result: await runSeed(scenario, seed) })
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'failed', failure: threadFailure(error) })
  }
}

async function runSeed(scenario: Scenario, seed: Seed): Promise<SeedResult> {
  const plan = job.plan === null ? {} : { plan: job.plan }
  return seedResult(await run(scenario, { seed, set: job.set, isChecked: job.isChecked, ...plan }))
}
