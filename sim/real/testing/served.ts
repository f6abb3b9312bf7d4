// A program on this machine's sockets, inside the process of a test: what real clients are let loose on.

import { freePort } from './both.ts'
import type { DataRecord } from '../../data.ts'
import type { Program } from '../../env.ts'
import { messagesPort, RealNode } from '../index.ts'

/** A node that serves. */
export interface Served {
  readonly port: number
  stop(): Promise<void>
}

/** How it is served: on which port its program listens, what it is told, where its files are. */
export interface ServedOptions {
  readonly port: number
  readonly parameters?: DataRecord
  readonly data?: string
}

/** Serves a program on a free port of the loopback in place of the one that it listens on. To be stopped. */
export async function served(program: Program, options: ServedOptions): Promise<Served> {
  const port = await freePort()
  const host = '127.0.0.1'
  const listen = new Map([
    [options.port, { host, port }],
    [messagesPort, { host, port: await freePort() }],
  ])
  const { parameters = {}, data } = options
  const node = new RealNode({
    name: 'server',
    program,
    parameters,
    listen,
    ...(data === undefined ? {} : { data }),
  })
  await node.start()
  return { port, stop: async () => void (await node.stop()) }
}
