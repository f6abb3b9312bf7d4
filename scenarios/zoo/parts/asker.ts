// Questions that wait for an answer: what a small client needs of a network of messages.

import type { DataRecord, Duration, Env, Message, NodeId } from '../../../sim/index.ts'

/** Asks a node and waits; null when no answer came in time. A question has an `id`, which its answer repeats. */
export type Ask = (target: NodeId, question: Message) => Promise<DataRecord | null>

/** Lets a program ask: each question waits for a message `answer` with its `id`, no longer than `patience`. */
export function asker(env: Env, patience: Duration): Ask {
  const waiting = new Map<number, (answer: DataRecord | null) => void>()
  // Answers to what an earlier incarnation asked find nobody.
  let asked = env.incarnation * 1_000_000
  env.messages.on('answer', (answer) => waiting.get(Number(answer['id']))?.(answer))
  return async (target, question) =>
    new Promise((resolve) => {
      const id = ++asked
      const settle = (answer: DataRecord | null): void => {
        waiting.delete(id)
        timer.cancel()
        resolve(answer)
      }
      const timer = env.timers.after(patience, () => settle(null))
      waiting.set(id, settle)
      env.messages.send(target, { ...question, id })
    })
}

/** Lets a program answer questions of a kind: at once, by what `reply` makes of the question; null leaves it unanswered. */
export function answers(
  env: Env,
  kind: string,
  reply: (question: DataRecord, source: NodeId) => DataRecord | null,
): void {
  env.messages.on(kind, (question, source) => {
    const answer = reply(question, source)
    if (answer !== null) env.messages.send(source, { ...answer, kind: 'answer', id: question['id'] ?? null })
  })
}
