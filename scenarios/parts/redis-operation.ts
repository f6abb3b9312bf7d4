// A command to a Redis as an operation of a client.

import type { RedisClient, Reply } from '../../nodes/redis/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import type { Data, Duration, Env } from '../../sim/index.ts'

/** What is asked, and what is recorded of it. */
export interface RedisOperation {
  readonly f: string
  readonly value: Data
  readonly args: readonly string[]
  readonly resultOf: (reply: Reply) => Data
  /** How long an answer is waited for. */
  readonly patience: Duration
}

/** Performs it; whether it went well. What may have been done all the same is recorded as unknown. */
export async function performOn(
  env: Env,
  client: RedisClient,
  { f, value, args, resultOf, patience }: RedisOperation,
): Promise<boolean> {
  const operation = env.invoke({ f, value })
  try {
    const reply = await client.call(args, patience)
    if (reply.kind !== 'error') {
      operation.ok(resultOf(reply))
      return true
    }
    operation.fail(reply.text)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.isSent) operation.info(error.kind)
    else operation.fail(error.kind)
  }
  return false
}
