// A worker thread of a job: loads the scenario, then does the tasks that it is sent.

import { parentPort, workerData } from 'node:worker_threads'

import { BranchCoverage } from './branches/index.ts'
import { loadScenario } from './load-scenario.ts'
import type { Job, Task, WorkerMessage } from './pool.ts'
import { runTask } from './run-task.ts'
import { threadFailure } from './seed-error.ts'

const job = workerData as Job
const port = parentPort
if (port === null) throw new Error('this module runs in a worker thread')
const send = (message: WorkerMessage): void => {
  port.postMessage(message)
}
// Before anything of the programs is loaded.
const branches = job.hasBranches === true ? new BranchCoverage() : null
const loading = loadScenario(job.scenarioUrl).then((scenario) => {
  branches?.begin()
  return scenario
})
let before: Promise<void> = Promise.resolve()

port.on('message', (tasks: readonly Task[]) => {
  before = before.then(() => runTasks(tasks))
})

async function runTasks(tasks: readonly Task[]): Promise<void> {
  try {
    const scenario = await loading
    for (const task of tasks) {
      const result = await runTask(scenario, job, task)
      if (result === null) continue
      send({ kind: 'result', result: branches === null ? result : { ...result, unreached: branches.take() } })
    }
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'failed', failure: threadFailure(error) })
  }
}
