// One operation on its way: what is known of it, and which command says it.

import type { Command } from './command.ts'
import type { Operation } from './workload.ts'
import type { LogIndex } from '../raft/index.ts'
import type { Instant, NodeId, PendingOperation } from '../../sim/index.ts'

/** A sequential process of the client: it has at most one open operation, and a session once it needed one. */
export interface ClientProcess {
  readonly name: string
  session: LogIndex | null
  sequence: number
  /** Whom the process takes for the leader: as with connections, each finds out for itself that it has changed. */
  leader: NodeId | null
  /** The replica that passes requests on to the leader; null where it is asked itself. */
  relay: NodeId | null
  /** The leader that was asked last and did not answer. */
  silent: NodeId | null
}

/** An operation that has begun and not ended. */
export interface Call {
  readonly process: ClientProcess
  readonly operation: Operation
  readonly pending: PendingOperation
  readonly deadline: Instant
  /** The client's number for the request under way: a new one each time that it asks. */
  id: number
  /** Whether what was answered to that has led to something: the network may bring the answer twice. */
  isAnswered: boolean
  /** All numbers under which it has asked for the same: whatever is done under one of them is done. */
  ids: number[]
  command: Command
  /** When to try again if no answer has come. */
  retryAt: Instant
  /** A request was sent after which a write may take effect, now or later. */
  isUncertain: boolean
  /** Redirections in a row that did not lead anywhere. */
  redirections: number
}

/** The command that says an operation in a session. */
export function commandOf(operation: Operation, session: LogIndex, sequence: number): Command {
  switch (operation.f) {
    case 'get':
      return [0, 0, 'get', operation.key]
    case 'delete':
      return [session, sequence, 'delete', operation.key]
    case 'put':
    case 'append':
      return [session, sequence, operation.f, operation.key, operation.value]
    case 'cas':
      return [session, sequence, 'cas', operation.key, operation.value, operation.expected]
  }
}
