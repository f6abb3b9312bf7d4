// Connections that a balancer opens on its own behalf, to servers that want a PROXY header first: it says that nobody is behind it.

import { encodeProxyHeader } from './proxy-header.ts'
import { withNet } from './with-net.ts'
import type { Env } from '../../../sim/index.ts'

const local = encodeProxyHeader({ command: 'local', transport: 'unspecified', ends: null, fields: [] })

/** The same env, but connections that it opens begin with a PROXY header of command LOCAL. */
export function speakingForItself(env: Env): Env {
  return withNet(env, {
    connect: async (host, port, how) => {
      const connection = await env.net.connect(host, port, how)
      await connection.write(local)
      return connection
    },
  })
}
