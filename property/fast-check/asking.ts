// How commands talk to a simulated system: a message, and the answer to it in virtual time.

import { type Duration, type Env, type Message, type NodeId, seconds, type Timer } from '../../sim/index.ts'

/** A question to a node. */
export interface Question {
  readonly target: NodeId
  readonly message: Message
  /** The kind of message that answers it. */
  readonly answer: string
  /** How long to wait (default 1 s of virtual time). */
  readonly within?: Duration
}

/**
 * Sends a message and waits for the next one of the kind that answers it, from the same node; null when none came in time.
 * One question at a time. A late answer to an earlier question looks like one to this: let messages carry a number where
 * that matters.
 */
export function ask(
  env: Env,
  { target, message, answer, within = seconds(1) }: Question,
): Promise<Message | null> {
  return new Promise((resolve) => {
    const timer: Timer = env.timers.after(within, () => {
      resolve(null)
    })
    env.messages.on(answer, (reply, source) => {
      if (source !== target) return
      timer.cancel()
      resolve(reply)
    })
    env.messages.send(target, message)
  })
}
