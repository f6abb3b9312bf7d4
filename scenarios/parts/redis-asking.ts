// Clients of a Redis that do one thing after the other: what is asked and what comes back, without who retries what.

import { RedisClient, redisPort, type Reply } from '../../nodes/redis/index.ts'
import { RequestError } from '../../nodes/transport/index.ts'
import { type Duration, type Env, ms } from '../../sim/index.ts'

/** How long an answer is waited for, by whom no wait of the server's own comes on top. */
export const patience: Duration = ms(500)

/** A client of a server. */
export function clientOf(env: Env, host: string, silenceMax: Duration = patience): RedisClient {
  return new RedisClient(env, {
    host,
    port: redisPort,
    connectTimeout: patience,
    silenceMax,
    backoff: { base: ms(20), max: ms(200) },
  })
}

/** A reply, or null where there was none or it was an error. */
export async function asked(
  client: RedisClient,
  args: readonly string[],
  wait: Duration = patience,
): Promise<Reply | null> {
  try {
    const reply = await client.call(args, wait)
    return reply.kind === 'error' ? null : reply
  } catch (error) {
    if (error instanceof RequestError) return null
    throw error
  }
}

/** The items of a list; none of anything else. */
export function itemsOf(reply: Reply | null | undefined): readonly Reply[] {
  return reply !== null && reply !== undefined && 'items' in reply ? reply.items : []
}

/** The text of a reply, '' of one that has none. */
export function textOf(reply: Reply | null | undefined): string {
  return reply !== null && reply !== undefined && 'text' in reply ? reply.text : ''
}
