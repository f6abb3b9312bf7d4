// The opening of a stream by a program: asks until the peer answers or the time is over, then tells the program.

import { SimConnection } from './connection.ts'
import { sendSegment } from './segment.ts'
import { StreamEnd, type StreamListener } from './stream-end.ts'
import { type Connection, NetError, type NetErrorCode } from '../../env.ts'
import type { PendingId } from '../../kernel/index.ts'
import type { Process } from '../../node/index.ts'
import { type Duration, type Instant, ms } from '../../time.ts'
import type { Link } from '../link.ts'
import type { NetworkInterface } from '../network-interface.ts'
import { deliverInput, type ProgramInput } from '../program-input.ts'

/** What is to be opened. */
export interface OpeningSpec {
  readonly process: Process
  readonly networkInterface: NetworkInterface
  readonly link: Link
  readonly port: number
  readonly timeout: Duration
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: NetError) => void
}

/** The opening of a stream. */
export class Opening implements StreamListener, ProgramInput {
  readonly #spec: OpeningSpec
  readonly #end: StreamEnd
  /** The seq of the `connect`. */
  readonly #cause: number
  #wait: number
  #nextAttempt: PendingId
  readonly #expiry: PendingId
  #error: NetErrorCode | null = null
  #isKnown = false

  constructor(spec: OpeningSpec) {
    const { process, networkInterface, link, port, timeout } = spec
    const { machine } = process
    const { network } = networkInterface
    this.#spec = spec
    const stream = network.nextStream()
    const target = link.target.node
    this.#cause = machine.emit('connect', { stream, target, port })
    // A trigger may have crashed this node at the `connect`: then nothing of it goes out.
    process.check()
    const localPort = networkInterface.servers.pick()
    this.#end = new StreamEnd({ stream, process, networkInterface, link, localPort, peer: null })
    this.#end.listener = this
    this.#wait = network.streamProfile.connectRetry
    this.#nextAttempt = this.#at(machine.departure, attempt)
    this.#expiry = this.#at((machine.departure + timeout) as Instant, expire)
  }

  /** Asks the peer, and again later unless it has answered. */
  attempt(): void {
    if (this.#end.state !== 'opening') return
    const { link, port, networkInterface } = this.#spec
    const target = networkInterface.network.interfaceOf(link.target)
    const route = { link, source: this.#end, target, stream: this.#end.stream }
    sendSegment(route, { kind: 'open', port }, this.#cause)
    this.#nextAttempt = this.#at((this.#end.simulation.now + this.#wait) as Instant, attempt)
    this.#wait *= 2
  }

  /** The time is over. */
  expire(): void {
    if (this.#end.state === 'opening') this.#end.fail({ why: 'timeout', cause: this.#cause })
  }

  opened(): void {
    this.#know(null)
  }

  news(): void {
    const { failure } = this.#end
    if (failure !== null) this.#know(failure.why === 'peer' ? 'ECONNREFUSED' : 'ETIMEDOUT')
  }

  run(cause: number): void {
    const { process, resolve, reject } = this.#spec
    const { stream } = this.#end
    const error = this.#error
    process.machine.emitInput('connect-result', cause, error === null ? { stream } : { stream, error })
    if (!process.isAlive) return
    if (error !== null) reject(new NetError(error, `connect to ${this.#name}`))
    else {
      const connection = new SimConnection(this.#end, this.#spec.port)
      connection.pickUp()
      resolve(connection)
      connection.start()
    }
  }

  dropped(_cause: number, why: 'node-down' | 'inbox-full'): void {
    if (why === 'inbox-full') this.#at((this.#end.simulation.now + ms(1)) as Instant, tell)
  }

  /** Tells the program how it ended. */
  tell(): void {
    if (this.#spec.process.isAlive) deliverInput(this.#spec.process, this, 0, this.#cause)
  }

  #know(error: NetErrorCode | null): void {
    if (this.#isKnown) return
    this.#isKnown = true
    this.#error = error
    this.#end.simulation.cancel(this.#nextAttempt)
    this.#end.simulation.cancel(this.#expiry)
    this.tell()
  }

  #at(at: Instant, action: (opening: Opening) => void): PendingId {
    return this.#end.simulation.schedule(at, action, this, undefined, 0, this.#cause)
  }

  get #name(): string {
    return `${this.#spec.link.target.node}:${this.#spec.port}`
  }
}

function attempt(opening: Opening): void {
  opening.attempt()
}

function expire(opening: Opening): void {
  opening.expire()
}

function tell(opening: Opening): void {
  opening.tell()
}
