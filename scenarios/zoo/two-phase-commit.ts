// Two-phase commit whose participants do not wait for ever: after it has voted yes, a participant that hears nothing of the
// coordinator aborts on its own (a heuristic decision, in the words of XA). The coordinator has crashed after it had
// committed, and tells so when it is back. Fixed as two-phase commit is: who has voted yes stays in doubt, and asks until
// the coordinator answers from its log.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { type Decision, oneDecision, publishDecision } from './parts/one-decision.ts'
import {
  crashes,
  type Env,
  type File,
  group,
  ms,
  type NodeId,
  node,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const participants: readonly NodeId[] = ['participant-1', 'participant-2', 'participant-3']
const coordinatorName = 'coordinator-1'
const keys = ['a', 'b', 'c']
const patience = ms(100)
const doubtMax = ms(300)

/** Collects votes, writes commits to its log, and tells; aborts are what the log does not have (presumed abort). */
const coordinator: Program = async (env) => {
  const ask = asker(env, patience)
  const log = await env.disk.open('/commits', { create: true, sync: true })
  await env.disk.syncDirectory('/')
  const committed = new Set(await linesOf(log))
  const open = new Set<string>()

  const decide = async (transaction: string, votes: readonly unknown[]): Promise<Decision> => {
    const decision = votes.every((vote) => vote === true) ? 'commit' : 'abort'
    if (decision === 'commit') {
      await log.append(Buffer.from(`${transaction}\n`))
      committed.add(transaction)
    }
    publishDecision(env, transaction, decision)
    open.delete(transaction)
    return decision
  }

  answers(env, 'inquire', ({ transaction }) => {
    const name = transaction as string
    if (open.has(name)) return null
    return { decision: committed.has(name) ? 'commit' : 'abort' }
  })
  env.messages.on('begin', async ({ id = null, key = null, transaction }, client) => {
    const name = transaction as string
    open.add(name)
    const prepare = { kind: 'prepare', transaction: name, key }
    const votes = await Promise.all(participants.map(async (each) => ask(each, prepare)))
    const decision = await decide(
      name,
      votes.map((vote) => vote?.['isYes']),
    )
    for (const each of participants) await ask(each, { kind: 'decide', transaction: name, decision })
    env.messages.send(client, { kind: 'answer', id, decision })
  })
}

/** The lines of a file; what a crash has left of the last one is cut off. */
async function linesOf(file: File): Promise<readonly string[]> {
  const text = Buffer.from(await file.read(0, await file.size())).toString('latin1')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  await file.truncate(whole.length)
  return whole.split('\n')
}

/** Locks a key for a transaction from its vote to the decision. */
class Participant {
  readonly #env: Env
  readonly #ask: ReturnType<typeof asker>
  readonly #isPatient: boolean
  readonly #locks = new Map<string, string>()
  readonly #decisions = new Map<string, Decision>()

  constructor(env: Env, isPatient: boolean) {
    this.#env = env
    this.#ask = asker(env, patience)
    this.#isPatient = isPatient
    answers(env, 'prepare', ({ transaction, key }) => ({
      isYes: this.#vote(transaction as string, key as string),
    }))
    answers(env, 'decide', ({ transaction, decision }) => {
      this.#decide(transaction as string, decision as Decision)
      return {}
    })
  }

  #vote(transaction: string, key: string): boolean {
    const isLocked = [...this.#locks.values()].includes(key)
    if (isLocked) this.#decide(transaction, 'abort')
    if (this.#decisions.has(transaction)) return false
    this.#locks.set(transaction, key)
    this.#env.timers.after(doubtMax, async () => this.#inDoubt(transaction))
    return true
  }

  async #inDoubt(transaction: string): Promise<void> {
    while (!this.#decisions.has(transaction)) {
      if (!this.#isPatient) return this.#decide(transaction, 'abort')
      const answer = await this.#ask(coordinatorName, { kind: 'inquire', transaction })
      if (answer !== null) this.#decide(transaction, answer['decision'] as Decision)
      else await this.#env.sleep(patience)
    }
  }

  #decide(transaction: string, decision: Decision): void {
    if (this.#decisions.has(transaction)) return
    this.#decisions.set(transaction, decision)
    this.#locks.delete(transaction)
    publishDecision(this.#env, transaction, decision)
  }
}

/** Begins transactions. */
const client: Program = (env) => {
  const ask = asker(env, seconds(1))
  const transact = async (transaction: string, place: number): Promise<void> => {
    const key = keys[place % keys.length] ?? ''
    const operation = env.invoke({ f: 'transact', key, value: transaction })
    const answer = await ask(coordinatorName, { kind: 'begin', transaction, key })
    if (answer === null) operation.info('no answer')
    else operation.ok(answer['decision'])
  }
  const call = async (_: string, place: number): Promise<void> => transact(`${env.name}.${place}`, place)
  arrive(env, { every: ms(150), mix: [[1, 'transact']], call })
}

const twoPhaseCommit: Scenario = scenario({
  title: 'a coordinator crashes between its commit and telling of it, and a participant gives up waiting',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('coordinator', 1, coordinator, { quorum: 0 }),
    ...participants.map((name) => node(name, (env) => void new Participant(env, isFixed))),
    ...group('client', 2, client, { quorum: 0, operations: ['transact'] }),
  ],
  faults: [crashes({ of: 'coordinator', every: seconds(1), for: [ms(100), seconds(1)] })],
  invariants: [oneDecision],
  duration: seconds(8),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'two-phase-commit',
  source:
    'C. Mohan, B. Lindsay and R. Obermarck, "Transaction Management in the R* Distributed Database Management System", ACM TODS 11(4), 1986 (participants in doubt, presumed abort); X/Open, "Distributed Transaction Processing: The XA Specification", 1991 (heuristic decisions)',
  invariant: 'one decision a transaction',
  seedsMax: 100,
  scenario: twoPhaseCommit,
}

export default twoPhaseCommit
