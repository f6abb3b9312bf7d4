// Servers in the simulation and somebody who asks them, for tests: a small story with faults at set times.

import { Buffer } from 'node:buffer'

import { shown } from './wire.ts'
import { redis, RedisClient, redisPort } from '../index.ts'
import {
  type DataRecord,
  type Env,
  node,
  run,
  scenario,
  seconds,
  type WrittenFault,
} from '../../../sim/index.ts'
import { RequestError } from '../../transport/index.ts'

/** What a story has: its own machine, and a way to ask a server something (a line of words without quotes). */
export interface Asking {
  readonly env: Env
  /** The reply in one line; `(none)` where none came. Each server is asked over one connection. */
  readonly ask: (server: string, line: string) => Promise<string>
}

/**
 * Plays a story of at most 30 seconds with servers by their names and parameters; resolves to what it returned. A server's disk
 * holds `files` (paths and texts) before it starts, where they are not there yet.
 */
export async function played(
  servers: Readonly<Record<string, DataRecord>>,
  story: (asking: Asking) => Promise<readonly string[]>,
  faults: readonly WrittenFault[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  let told: readonly string[] | null = null
  const teller = async (env: Env): Promise<void> => {
    told = await story({ env, ask: asker(env) })
  }
  const program = async (env: Env): Promise<void> => {
    await writeMissing(env, files)
    await redis(env)
  }
  const nodes = Object.entries(servers).map(([name, parameters]) => node(name, program, { parameters }))
  const { violations } = await run(
    scenario({
      title: 'a story',
      nodes: () => [...nodes, node('teller', teller)],
      faults,
      unrestricted: true,
      duration: seconds(30),
      settle: seconds(1),
    }),
    { seed: 1, isChecked: false },
  )
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  if (told === null) throw new Error('the story did not come to its end')
  return told
}

async function writeMissing({ disk }: Env, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    if ((await disk.stat(path)) !== null) continue
    const file = await disk.open(path, { create: true })
    await file.write(0, Buffer.from(text, 'latin1'))
    await file.sync()
    await file.close()
    await disk.syncDirectory('/')
  }
}

function asker(env: Env): Asking['ask'] {
  const clients = new Map<string, RedisClient>()
  return async (server, line) => {
    const client = clients.get(server) ?? new RedisClient(env, { host: server, port: redisPort })
    clients.set(server, client)
    try {
      return shown(await client.call(line.split(' '), seconds(5)))
    } catch (error) {
      if (error instanceof RequestError) return '(none)'
      throw error
    }
  }
}
