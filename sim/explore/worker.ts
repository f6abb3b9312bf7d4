// A worker thread of a sweep: loads the scenario, then does the tasks that it is sent.

import { parentPort, workerData } from 'node:worker_threads'

import { loadScenario } from './load-scenario.ts'
import type { Job, Task, WorkerMessage } from './pool.ts'
import { type SeedResult, seedResult } from './seed-result.ts'
import { PlanError } from '../faults/index.ts'
import { run } from '../run.ts'
import { ScenarioError } from '../scenario-error.ts'
import type { Scenario } from '../scenario.ts'
import { VariationError } from '../variation.ts'

const job = workerData as Job
const port = parentPort
if (port === null) throw new Error('this module runs in a worker thread')
const send = (message: WorkerMessage): void => {
  port.postMessage(message)
}
const loading = loadScenario(job.scenarioUrl)
let before: Promise<void> = Promise.resolve()

port.on('message', (tasks: readonly Task[]) => {
  before = before.then(() => runTasks(tasks))
})

async function runTasks(tasks: readonly Task[]): Promise<void> {
  try {
    const scenario = await loading
    for (const task of tasks) {
      const result = await runIfPossible(scenario, task)
      if (result !== null) send({ kind: 'result', result })
    }
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

async function runIfPossible(scenario: Scenario, task: Task): Promise<SeedResult | null> {
  try {
    return await runTask(scenario, task)
  } catch (error) {
    if (task.isTrial === true && impossible.some((type) => error instanceof type)) return null
    throw error
  }
}

/** What a run rejects with whose plan or variation does not fit the scenario. */
const impossible = [ScenarioError, PlanError, VariationError]

async function runTask(scenario: Scenario, task: Task): Promise<SeedResult> {
  const { set, isChecked, isSwarm = false } = job
  const { seed, variation = job.variation ?? {}, plan = job.plan } = task
  const planned = plan === null ? {} : { plan }
  const options = { seed, set, isChecked, variation, isSwarm, ...planned }
  if (task.hasDetails !== true) return seedResult(await run(scenario, options))
  const late: string[] = []
  const result = await run(scenario, { ...options, onLate: (delivery) => void late.push(delivery) })
  return { ...seedResult(result), details: { calls: [...result.callsAsked], late } }
}
