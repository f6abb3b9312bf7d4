// Requests and replies over messages, as calls that resilience layers can guard. A request carries what is left until its
// deadline, where the caller wants that; a callee counts it from when it takes the request.

import { type Call, type Deadline, decodeDeadline, encodeDeadline } from '../../nodes/resilience/index.ts'
import type { DataRecord, Env, NodeId } from '../../sim/index.ts'

/** What a caller asks for. */
export interface Request {
  readonly body: DataRecord
  /** Null when the caller did not say how long it waits. */
  readonly deadline: Deadline | null
}

/** The callee answered that it did not do it. */
class NotDoneError extends Error {
  constructor(target: NodeId, why: string) {
    super(`${target}: ${why}`)
    this.name = 'NotDoneError'
  }
}

/** Makes calls to a node; with `isDeadlineSent` it learns how long its caller waits. A call ends with its context's signal. */
export type CallNode = (
  target: NodeId,
  body: DataRecord,
  options?: { readonly isDeadlineSent: boolean },
) => Call<void>

/** Lets a program call others. */
export function messageCalls(env: Env): CallNode {
  const waiting = new Map<number, (error: string) => void>()
  // Replies to what an earlier incarnation asked find nobody.
  let last = env.incarnation * 1_000_000
  env.messages.on('reply', ({ id, error }) =>
    waiting.get(Number(id))?.(typeof error === 'string' ? error : ''),
  )
  return (target, body, options = { isDeadlineSent: false }) =>
    async ({ deadline, signal }) => {
      signal.throwIfAborted()
      return new Promise((resolve, reject) => {
        const id = ++last
        const settle = (act: () => void): void => {
          waiting.delete(id)
          signal.removeEventListener('abort', abort)
          act()
        }
        const abort = (): void => settle(() => reject(signal.reason))
        signal.addEventListener('abort', abort, { once: true })
        waiting.set(id, (error) =>
          settle(() => (error === '' ? resolve() : reject(new NotDoneError(target, error)))),
        )
        const isSent = options.isDeadlineSent && deadline !== null
        const left = isSent ? encodeDeadline(deadline, env.clock.monotonic()) : ''
        env.messages.send(target, { kind: 'request', id, body, left })
      })
    }
}

/** Lets a program be called: `serve` resolves when the request is done; what it throws is told the caller. */
export function onRequests(env: Env, serve: (request: Request) => Promise<void>): void {
  env.messages.on('request', async ({ id, body, left }, source) => {
    const isGiven = typeof left === 'string' && left !== ''
    const deadline = isGiven ? decodeDeadline(left, env.clock.monotonic()) : null
    let error = ''
    try {
      await serve({ body: body as DataRecord, deadline })
    } catch (thrown) {
      error = String(thrown)
    }
    env.messages.send(source, { kind: 'reply', id: id ?? null, error })
  })
}
