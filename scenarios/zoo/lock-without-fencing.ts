// Kleppmann's example of a distributed lock: a client reads a file, changes it and writes it back while it holds a lease.
// A client that stands still for longer than its lease (a garbage collection, a packet that is late) writes over what the
// next holder has written. Fixed as published: each lease has a token that is larger than all before, and the storage
// takes nothing from a token once it has seen a larger one. (It looks at the token of reads as well: otherwise an old
// write could come between the read and the write of the next holder.)

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { linearizable, set } from '../../invariants/index.ts'
import {
  type Data,
  group,
  ms,
  node,
  pauses,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const leaseTime = ms(300)
const editTime = ms(15)
const patience = ms(150)

/** Grants one lease at a time, by its own clock. */
const lockService: Program = (env) => {
  let token = 0
  let until: number = env.clock.monotonic()
  answers(env, 'acquire', () => {
    const now = env.clock.monotonic()
    if (now < until) return { token: null }
    until = now + leaseTime
    return { token: ++token }
  })
  env.messages.on('release', (message) => {
    if (message['token'] === token) until = env.clock.monotonic()
  })
}

/** Keeps one file, whose elements it only ever sees as a whole. */
function storage(isFenced: boolean): Program {
  return (env) => {
    let elements: Data = []
    let highest = 0
    const isStale = (token: Data | undefined): boolean => {
      highest = Math.max(highest, Number(token))
      return isFenced && Number(token) < highest
    }
    answers(env, 'look', () => ({ elements }))
    answers(env, 'read', ({ token }) => (isStale(token) ? { elements: null } : { elements }))
    answers(env, 'write', ({ token, elements: written }) => {
      if (isStale(token)) return { isDone: false }
      elements = written ?? []
      return { isDone: true }
    })
  }
}

/** Adds elements to the file under the lock, and looks at it without. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const add = async (element: string): Promise<void> => {
    const operation = env.invoke({ f: 'add', value: element })
    const token = (await ask('lock', { kind: 'acquire' }))?.['token'] ?? null
    if (token === null) return operation.fail('the lock is held')
    const file = (await ask('storage', { kind: 'read', token }))?.['elements'] ?? null
    if (file === null) return operation.fail('nothing was read')
    await env.sleep(editTime)
    const elements = [...(file as readonly Data[]), element]
    const written = await ask('storage', { kind: 'write', token, elements })
    env.messages.send('lock', { kind: 'release', token })
    if (written === null) return operation.info('no answer')
    return written['isDone'] === true ? operation.ok() : operation.fail('fenced off')
  }

  const read = async (): Promise<void> => {
    const operation = env.invoke({ f: 'read' })
    const file = await ask('storage', { kind: 'look' })
    if (file === null) operation.fail('no answer')
    else operation.ok(file['elements'])
  }

  arrive(env, {
    every: ms(80),
    mix: [
      [3, 'add'],
      [1, 'read'],
    ],
    call: async (f, place) => (f === 'add' ? add(`${env.name}.${place}`) : read()),
  })
}

const lockWithoutFencing: Scenario = scenario({
  title:
    'the holder of a lock stands still for longer than its lease, and writes over what the next one wrote',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('lock', lockService),
    node('storage', storage(isFixed)),
    ...group('client', 4, client, { quorum: 0, operations: ['add', 'read'] }),
  ],
  faults: [pauses({ of: 'client', every: seconds(1), for: [ms(50), seconds(1)] })],
  invariants: [linearizable(set)],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'lock-without-fencing',
  source:
    'Martin Kleppmann, "How to do distributed locking", martin.kleppmann.com, 8 February 2016: "Making the lock safe with fencing"',
  invariant: 'linearizable set',
  seedsMax: 100,
  scenario: lockWithoutFencing,
}

export default lockWithoutFencing
