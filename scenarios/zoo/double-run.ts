// Two schedulers of Airflow share a database. Each locks the tasks that are due, works out which of them may run, and
// moves those to SCHEDULED. One that stands still for longer than the health threshold is taken for dead: the other
// adopts its tasks and runs them. Then the first goes on and moves the same tasks to SCHEDULED once more, by
// `UPDATE … WHERE id = …`, under the next try number: both run. Fixed as published: the update has a guard, that the task
// is still in a state from which it may be scheduled.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  after,
  type Data,
  type DataRecord,
  group,
  type Instant,
  type Invariant,
  ms,
  node,
  type NodeId,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const healthThreshold = ms(400)
const heartbeatTime = ms(100)
const loopTime = ms(50)
/** What it takes to find out which of the due tasks may run. */
const decisionTime = ms(20)
const runTime = ms(150)
const patience = ms(2_000)

interface TaskInstance {
  state: 'none' | 'scheduled' | 'success'
  lockedBy: NodeId | null
  tryNumber: number
}

/** The metadata database: what schedulers know of each other and of tasks. */
function database(isFixed: boolean): Program {
  return (env) => {
    const tasks = new Map<Data, TaskInstance>()
    const heartbeats = new Map<NodeId, Instant>()

    const isDead = (scheduler: NodeId): boolean =>
      after(heartbeats.get(scheduler) ?? env.clock.monotonic(), healthThreshold) < env.clock.monotonic()
    const lockDue = (scheduler: NodeId): readonly Data[] => {
      const due: Data[] = []
      for (const [name, task] of tasks) {
        const isFree = task.lockedBy === null || isDead(task.lockedBy)
        if (task.state !== 'none' || !isFree) continue
        task.lockedBy = scheduler
        due.push(name)
      }
      return due
    }
    const schedule = (name: Data): DataRecord => {
      const task = tasks.get(name)
      if (task === undefined || (isFixed && task.state !== 'none')) return { tryNumber: null }
      task.state = 'scheduled'
      return { tryNumber: ++task.tryNumber }
    }

    answers(env, 'trigger', ({ task = null }) => {
      tasks.set(task, { state: 'none', lockedBy: null, tryNumber: 0 })
      return {}
    })
    env.messages.on('heartbeat', (_, scheduler) => void heartbeats.set(scheduler, env.clock.monotonic()))
    answers(env, 'lock-due', (_, scheduler) => ({ due: lockDue(scheduler) }))
    answers(env, 'schedule', ({ task = null }) => schedule(task))
    env.messages.on('succeeded', ({ task = null }) => {
      const row = tasks.get(task)
      if (row !== undefined) row.state = 'success'
    })
  }
}

/** Looks for tasks that are due, again and again, and has them run. */
const scheduler: Program = async (env) => {
  const ask = asker(env, patience)
  env.timers.every(heartbeatTime, () => env.messages.send('database', { kind: 'heartbeat' }))
  env.messages.send('database', { kind: 'heartbeat' })
  for (;;) {
    const due = (await ask('database', { kind: 'lock-due' }))?.['due'] ?? []
    await env.sleep(decisionTime)
    for (const task of due as readonly Data[]) {
      const tryNumber = (await ask('database', { kind: 'schedule', task }))?.['tryNumber'] ?? null
      if (tryNumber !== null) env.messages.send('worker', { kind: 'run', task, tryNumber })
    }
    await env.sleep(loopTime)
  }
}

/** Runs what it is told to run. */
const worker: Program = (env) => {
  env.messages.on('run', async ({ task = null, tryNumber = null }) => {
    env.probe('run', { task, tryNumber })
    await env.sleep(runTime)
    env.messages.send('database', { kind: 'succeeded', task })
  })
}

const client: Program = (env) => {
  const ask = asker(env, patience)
  const trigger = async (task: string): Promise<void> => {
    const operation = env.invoke({ f: 'trigger', value: task })
    if ((await ask('database', { kind: 'trigger', task })) === null) operation.info('no answer')
    else operation.ok()
  }
  arrive(env, {
    every: ms(300),
    mix: [[1, 'trigger']],
    call: async (_f, place) => trigger(`${env.name}.${place}`),
  })
}

/** No task fails here, so that each of them has one try. */
const runOnce: Invariant = fold({
  name: 'each task runs once',
  kinds: ['probe'],
  unit: 'probes run',
  initial: () => new Map<Data, number>(),
  on: (runs, { name, value, seq }) => {
    if (name !== 'run') return null
    const { task = null } = value as DataRecord
    const first = runs.get(task)
    runs.set(task, seq)
    if (first === undefined) return null
    const message = `a task is run twice\n${JSON.stringify(value)}`
    return { kind: 'violated', message, witnesses: [seq, first] }
  },
  looked: (runs) => runs.size,
})

const doubleRun: Scenario = scenario({
  title: 'a scheduler that was taken for dead goes on, and runs a task that the other one has adopted',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('database', database(isFixed)),
    node('worker', worker),
    ...group('scheduler', 2, scheduler, { quorum: 1 }),
    ...group('client', 2, client, { quorum: 0, operations: ['trigger'] }),
  ],
  faults: [pauses({ of: 'scheduler', every: seconds(1.5), for: [ms(100), seconds(1.5)] })],
  invariants: [runOnce],
  duration: seconds(8),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'double-run',
  source:
    'apache/airflow issue #57618, "Schedulers race condition when using with kubernetes executor", 2025; fixed by #60330, 2026',
  invariant: 'each task runs once',
  seedsMax: 100,
  scenario: doubleRun,
}

export default doubleRun
