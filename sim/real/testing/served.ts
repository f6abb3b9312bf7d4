// A program on this machine's sockets, inside the process of a test: what real clients are let loose on.

import { connect } from 'node:net'

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
  const any = { host: '127.0.0.1', port: 0 }
  const { parameters = {}, data } = options
  let found: (port: number) => void = () => undefined
  const listening = new Promise<number>((resolve) => {
    found = resolve
  })
  const node = new RealNode({
    name: 'server',
    program,
    parameters,
    listen: new Map([
      [options.port, any],
      [messagesPort, any],
    ]),
    ...(data === undefined ? {} : { data }),
    // A program may have to read its files before it listens.
    onListen: ({ kind, port, address }) => {
      if (kind === 'stream' && port === options.port && 'port' in address) found(address.port)
    },
  })
  await node.start()
  const ended = node.ended.then(({ code, error }): number => {
    throw new Error(`ended with ${code} before it listened on ${options.port}: ${error ?? ''}`)
  })
  const port = await Promise.race([listening, ended])
  return { port, stop: async () => void (await node.stop()) }
}

/** Waits until somebody listens on a port of the loopback: a program may have to read its files before. */
export async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await isListening(port)) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`nobody listens on ${port}`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => {
      resolve(false)
    })
  })
}
