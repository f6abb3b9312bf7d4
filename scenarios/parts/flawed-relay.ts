// A relay of TCP in front of servers, as one writes it in a hurry: with a flaw that a balancer must not have.

import { type Connection, type Env, NetError, type Program } from '../../sim/index.ts'

/**
 * What it does wrong: it takes the end of one side for that of both; or it reads on whether or not what it has read can
 * leave.
 */
export type RelayFlaw = 'no-half-close' | 'no-back-pressure'

/** Relays connections on port 80 to servers, in turn. */
export function flawedRelay(servers: readonly string[], flaw: RelayFlaw): Program {
  return async (env) => {
    let count = 0
    for await (const client of await env.net.listen(80)) {
      const server = servers[count++ % servers.length] ?? ''
      env.spawn(() => relay(env, client, { server, flaw }))
    }
  }
}

async function relay(
  env: Env,
  client: Connection,
  { server, flaw }: { readonly server: string; readonly flaw: RelayFlaw },
): Promise<void> {
  try {
    const connection = await env.net.connect(server, 80)
    env.spawn(() => copy(client, connection, flaw))
    await copy(connection, client, flaw)
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    client.reset()
  }
}

async function copy(from: Connection, to: Connection, flaw: RelayFlaw): Promise<void> {
  try {
    for await (const bytes of from) {
      const writing = to.write(bytes)
      if (flaw === 'no-back-pressure') writing.catch(() => undefined)
      else await writing
    }
    to.end()
    if (flaw === 'no-half-close') from.end()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    from.reset()
    to.reset()
  }
}
