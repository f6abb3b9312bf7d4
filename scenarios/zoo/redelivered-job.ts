// A queue that delivers at least once: a job that was received and not deleted within its visibility timeout is given to
// somebody else. A worker that crashes, stands still or is cut off between charging the customer and deleting the job
// makes the next worker charge again. Fixed as the manual of every such queue says: the charge is idempotent; the job's
// number is its key, and the ledger takes each key once.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { fold } from '../../invariants/index.ts'
import {
  after,
  crashes,
  type Data,
  group,
  type Instant,
  instantZero,
  type Invariant,
  ms,
  node,
  partitions,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const visibilityTimeout = ms(500)
const patience = ms(200)
const pollTime = ms(20)
const receiptTime = ms(30)

/** Gives out jobs until they are deleted; a job that was given out is hidden from others for a while. */
const queue: Program = (env) => {
  const visibleFrom = new Map<Data, Instant>()
  answers(env, 'enqueue', ({ job = null }) => {
    visibleFrom.set(job, instantZero)
    return {}
  })
  answers(env, 'receive', () => {
    const now = env.clock.monotonic()
    for (const [job, from] of visibleFrom) {
      if (from > now) continue
      visibleFrom.set(job, after(now, visibilityTimeout))
      return { job }
    }
    return { job: null }
  })
  env.messages.on('delete', ({ job = null }) => void visibleFrom.delete(job))
}

/** Charges customers, each for a job. */
function ledger(isFixed: boolean): Program {
  return (env) => {
    const charged = new Set<Data>()
    answers(env, 'charge', ({ job = null }) => {
      if (!isFixed || !charged.has(job)) env.probe('charge', job)
      charged.add(job)
      return {}
    })
  }
}

/** Takes a job, charges for it, writes the receipt, deletes the job; one at a time. */
const worker: Program = async (env) => {
  const ask = asker(env, patience)
  for (;;) {
    const job = (await ask('queue', { kind: 'receive' }))?.['job'] ?? null
    if (job === null) {
      await env.sleep(pollTime)
      continue
    }
    // Without an answer nobody knows whether the charge was made: the job stays in the queue, and comes back.
    if ((await ask('ledger', { kind: 'charge', job })) === null) continue
    await env.sleep(receiptTime)
    env.messages.send('queue', { kind: 'delete', job })
  }
}

const client: Program = (env) => {
  const ask = asker(env, patience)
  const enqueue = async (job: string): Promise<void> => {
    const operation = env.invoke({ f: 'enqueue', value: job })
    if ((await ask('queue', { kind: 'enqueue', job })) === null) operation.info('no answer')
    else operation.ok()
  }
  arrive(env, {
    every: ms(250),
    mix: [[1, 'enqueue']],
    call: async (_f, place) => enqueue(`${env.name}.${place}`),
  })
}

const chargedOnce: Invariant = fold({
  name: 'each job is charged once',
  kinds: ['probe'],
  unit: 'probes charge',
  initial: () => new Map<Data, number>(),
  on: (charges, { name, value, seq }) => {
    if (name !== 'charge') return null
    const first = charges.get(value)
    charges.set(value, seq)
    if (first === undefined) return null
    const message = `a job is charged twice\n${JSON.stringify(value)}`
    return { kind: 'violated', message, witnesses: [seq, first] }
  },
  looked: (charges) => charges.size,
})

const redeliveredJob: Scenario = scenario({
  title: 'a job is delivered again because its worker was late to delete it, and the customer pays twice',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('queue', queue),
    node('ledger', ledger(isFixed)),
    ...group('worker', 3, worker, { quorum: 1 }),
    ...group('client', 2, client, { quorum: 0, operations: ['enqueue'] }),
  ],
  faults: [
    crashes({ of: 'worker', every: seconds(3), for: [ms(100), seconds(1)] }),
    pauses({ of: 'worker', every: seconds(3), for: [ms(100), seconds(1)] }),
    partitions({ of: 'worker', every: seconds(5), for: [ms(100), seconds(1)] }),
  ],
  invariants: [chargedOnce],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'redelivered-job',
  source:
    'Amazon SQS Developer Guide, "Amazon SQS at-least-once delivery": "Design your applications to be idempotent"',
  invariant: 'each job is charged once',
  seedsMax: 100,
  scenario: redeliveredJob,
}

export default redeliveredJob
