// FAILOVER: a master hands over to one of its replicas without losing a write. Clients that write are held until the replica
// has acknowledged everything; then the master follows it, with a PSYNC that tells it to lead.

import type { Replica, Replication } from './replication.ts'
import { CommandError } from '../command-error.ts'
import type { Server } from '../server.ts'
import { ms, type Timer } from '../../../sim/index.ts'

/** Where a hand-over is, as INFO says it. */
export type FailoverState = 'no-failover' | 'waiting-for-sync' | 'failover-in-progress'

/** A server, as its replicas and clients know it. */
interface Address {
  readonly host: string
  readonly port: number
}

/** What FAILOVER was told. */
export interface FailoverOptions {
  /** The replica that is to lead; null for the first that has everything. */
  readonly target: Address | null
  /** Milliseconds that are waited for it; null for ever. */
  readonly timeout: number | null
  /** Hands over to the target when the time is over, whatever it lacks. */
  readonly isForced: boolean
}

/** A server's hand-over. */
export class Failover {
  readonly #server: Server
  readonly #replication: Replication
  #state: FailoverState = 'no-failover'
  #options: FailoverOptions | null = null
  #timer: Timer | null = null

  constructor(server: Server, replication: Replication) {
    this.#server = server
    this.#replication = replication
  }

  get state(): FailoverState {
    return this.#state
  }

  get isOn(): boolean {
    return this.#state !== 'no-failover'
  }

  /** Begins to wait for a replica. Throws a CommandError where there is none to wait for. */
  begin(options: FailoverOptions): void {
    this.#demandPossible(options)
    this.#options = options
    this.#state = 'waiting-for-sync'
    this.#server.pause.hold()
    if (options.timeout !== null)
      this.#timer = this.#server.env.timers.after(ms(options.timeout), () => {
        this.#server.step(() => {
          this.#timeOut()
        })
      })
    // One that has everything already is found once this was answered.
    this.#server.env.timers.after(ms(0), () => {
      this.#server.step(() => {
        this.check()
      })
    })
  }

  /** Ends a hand-over; who had begun to follow leads again. */
  abort(why: string): void {
    if (!this.isOn) return
    this.#server.env.log.warn('a failover was aborted', { why })
    const isFollowing = this.#state === 'failover-in-progress'
    this.#clear()
    if (isFollowing) this.#replication.lead()
  }

  /** A replica has acknowledged something: hands over to one that has everything. */
  check(): void {
    if (this.#state !== 'waiting-for-sync' || this.#options === null) return
    const { target } = this.#options
    const complete = this.#replication.replicas.filter(
      ({ acknowledged, isOnline }) => isOnline && acknowledged >= this.#replication.offset,
    )
    const found = target === null ? complete[0] : complete.find((replica) => isAt(replica, target))
    if (found !== undefined) this.#handOver(found)
  }

  /** The one to be followed has answered to PSYNC. */
  answered(isAccepted: boolean): void {
    if (this.#state !== 'failover-in-progress') return
    if (isAccepted) this.#clear()
    else this.abort('Failover target rejected psync request')
  }

  #demandPossible({ isForced, target, timeout }: FailoverOptions): void {
    const { isReplica, replicas } = this.#replication
    if (this.isOn) throw new CommandError('ERR FAILOVER already in progress.')
    if (isReplica) throw new CommandError('ERR FAILOVER is not valid when server is a replica.')
    if (replicas.length === 0) throw new CommandError('ERR FAILOVER requires connected replicas.')
    if (isForced && (timeout === null || target === null))
      throw new CommandError('ERR FAILOVER with force option requires both a timeout and target HOST and IP.')
    if (target === null) return
    const found = replicas.find((replica) => isAt(replica, target))
    if (found === undefined) throw new CommandError('ERR FAILOVER target HOST and PORT is not a replica.')
    if (!found.isOnline) throw new CommandError('ERR FAILOVER target replica is not online.')
  }

  #timeOut(): void {
    if (this.#state !== 'waiting-for-sync' || this.#options === null) return
    const { isForced, target } = this.#options
    if (isForced && target !== null) this.#handOver(target)
    else this.abort('Replica never caught up before timeout')
  }

  #handOver({ host, port }: Address): void {
    this.#timer?.cancel()
    this.#state = 'failover-in-progress'
    this.#replication.follow(host, port)
  }

  #clear(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.#options = null
    this.#state = 'no-failover'
    this.#server.pause.release()
  }
}

function isAt({ host, port }: Replica, target: Address): boolean {
  return host === target.host && port === target.port
}
