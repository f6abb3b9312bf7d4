// A primary and a backup that each go on alone when they no longer hear the other: a cut between them makes two
// primaries, and clients on both sides are served. Fixed as clusters of two are: a witness decides who may go on alone,
// so that one of the two is fenced off. While they are a pair, every call waits for the other's copy, reads included.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { linearizable, register } from '../../invariants/index.ts'
import {
  type Data,
  type DataRecord,
  type Env,
  group,
  ms,
  type NodeId,
  partitions,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const patience = ms(40)
const beatEvery = ms(100)
const silenceMax = ms(350)
const servers: readonly NodeId[] = ['store-1', 'store-2']

/** Knows who is the primary, and whether the other one has a copy of everything. */
const witness: Program = (env) => {
  let primary: NodeId = 'store-1'
  let isPaired = true
  const latest = new Map<NodeId, number>()
  answers(env, 'permit', ({ id, what }, source) => {
    // A wish that was overtaken by a later one of the same server does not count.
    if (Number(id) < (latest.get(source) ?? 0)) return null
    latest.set(source, Number(id))
    if (primary !== source && !(what === 'take over' && isPaired)) return { isGranted: false }
    primary = source
    isPaired = what === 'be a pair'
    return { isGranted: true }
  })
}

type Wish = 'take over' | 'go on alone' | 'be a pair'

/** Keeps one value. */
class Server {
  readonly #env: Env
  readonly #ask: ReturnType<typeof asker>
  readonly #peer: NodeId
  readonly #isFenced: boolean
  #isPrimary: boolean
  #isAlone = false
  #epoch = 1
  #version = 0
  #value: Data = null
  #heardAt: number
  // One call after the other.
  #turn: Promise<void> = Promise.resolve()

  constructor(env: Env, isFenced: boolean) {
    this.#env = env
    this.#ask = asker(env, patience)
    this.#peer = servers.find((name) => name !== env.name) ?? ''
    this.#isFenced = isFenced
    this.#isPrimary = env.name === 'store-1'
    this.#heardAt = env.clock.monotonic()
    answers(env, 'copy', (copy) => this.#onCopy(copy))
    env.messages.on('call', (call, client) => this.#inTurn(() => this.#serve(call, client)))
    env.timers.every(beatEvery, () => this.#inTurn(() => this.#beat()))
  }

  async #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act)
    await this.#turn
  }

  async #serve({ id = null, f, value = null }: DataRecord, client: NodeId): Promise<void> {
    const answer = (fields: DataRecord): void =>
      this.#env.messages.send(client, { kind: 'answer', id, ...fields })
    if (!this.#isPrimary) return answer({ isServed: false })
    const after = f === 'write' ? value : this.#value
    const version = this.#version + (f === 'write' ? 1 : 0)
    if (!this.#isAlone && !(await this.#copyToPeer(version, after))) return
    if (!this.#isPrimary) return
    this.#version = version
    this.#value = after
    answer({ isServed: true, value: after })
  }

  async #beat(): Promise<void> {
    if (this.#isPrimary) await this.#copyToPeer(this.#version, this.#value)
    else if (this.#env.clock.monotonic() - this.#heardAt > silenceMax) await this.#takeOver()
  }

  /** Whether this is still the primary, with a peer that has the copy or without a peer. */
  async #copyToPeer(version: number, value: Data): Promise<boolean> {
    const copy = await this.#ask(this.#peer, { kind: 'copy', epoch: this.#epoch, version, value })
    if (copy !== null) {
      this.#isPrimary = copy['isDone'] === true
      if (this.#isPrimary && this.#isAlone) await this.#pairUp()
      return this.#isPrimary
    }
    if (this.#isAlone) return true
    const permit = await this.#permit('go on alone')
    if (permit === false) this.#isPrimary = false
    this.#isAlone = permit === true
    return this.#isAlone
  }

  // Whatever becomes of the wish, the witness may have heard it: from here on this server is no longer alone.
  async #pairUp(): Promise<void> {
    this.#isAlone = false
    await this.#permit('be a pair')
  }

  async #takeOver(): Promise<void> {
    if ((await this.#permit('take over')) !== true) return
    this.#isPrimary = true
    this.#isAlone = true
    this.#epoch++
    this.#env.probe('primary', this.#epoch)
  }

  /** What the witness says; null when it says nothing. Without fencing each server decides for itself. */
  async #permit(what: Wish): Promise<boolean | null> {
    if (!this.#isFenced) return true
    const permit = await this.#ask('witness-1', { kind: 'permit', what })
    return permit === null ? null : permit['isGranted'] === true
  }

  #onCopy({ epoch, version, value }: DataRecord): DataRecord {
    const isOlder = Number(epoch) < this.#epoch || (this.#isPrimary && Number(epoch) === this.#epoch)
    if (isOlder) return { isDone: false }
    this.#heardAt = this.#env.clock.monotonic()
    this.#isPrimary = false
    this.#isAlone = false
    if (Number(epoch) > this.#epoch || Number(version) > this.#version) {
      this.#version = Number(version)
      this.#value = value ?? null
    }
    this.#epoch = Number(epoch)
    return { isDone: true }
  }
}

/** Reads and writes, at the server that answered last. */
const client: Program = (env) => {
  const ask = asker(env, ms(200))
  let server = 0
  const call = async (f: 'read' | 'write', place: number): Promise<void> => {
    const value = f === 'write' ? `${env.name}.${place}` : null
    const operation = env.invoke({ f, value })
    const answer = await ask(servers[server] ?? '', { kind: 'call', f, value })
    if (answer?.['isServed'] !== true) server = 1 - server
    if (answer === null && f === 'write') operation.info('no answer')
    else if (answer?.['isServed'] !== true) operation.fail('not served')
    else operation.ok(f === 'read' ? answer['value'] : null)
  }
  arrive(env, {
    every: ms(60),
    mix: [
      [1, 'read'],
      [1, 'write'],
    ],
    call,
  })
}

const splitBrain: Scenario = scenario({
  title: 'primary and backup lose sight of each other, and each goes on alone',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('store', 2, (env) => void new Server(env, isFixed), { quorum: 1 }),
    ...group('witness', 1, witness),
    ...group('client', 3, client, { quorum: 0, operations: ['read', 'write'] }),
  ],
  faults: [partitions({ of: 'store', every: seconds(3), for: [ms(200), seconds(2)] })],
  invariants: [linearizable(register)],
  duration: seconds(8),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'split-brain',
  source:
    'Mark Imbriaco, "Downtime last Saturday", The GitHub Blog, 26 December 2012: both file servers of a pair active after a network partition',
  invariant: 'linearizable register',
  seedsMax: 100,
  scenario: splitBrain,
}

export default splitBrain
