// A chat on this machine's sockets, on both of its ports, for tests.

import { connect, type Socket } from 'node:net'

import { type Address, messagesPort, RealNode } from '../../../sim/index.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { untilListening } from '../../../sim/real/testing/served.ts'
import { chat, type ChatOptions, chatPort, chatWebPort } from '../index.ts'

/** A chat that runs. */
export interface ChatServer {
  readonly port: number
  readonly webPort: number
  stop(): Promise<void>
}

/** Serves a chat, its files in a folder if one is given, on given ports or free ones; to be stopped. */
export async function servedChat(
  options: ChatOptions = {},
  place: { readonly data?: string; readonly port?: number; readonly webPort?: number } = {},
): Promise<ChatServer> {
  const { port = await freePort(), webPort = await freePort(), data } = place
  const host = '127.0.0.1'
  const listen = new Map<number, Address>([
    [chatPort, { host, port }],
    [chatWebPort, { host, port: webPort }],
    [messagesPort, { host, port: await freePort() }],
  ])
  const node = new RealNode({
    name: 'chat',
    program: chat(options),
    listen,
    ...(data === undefined ? {} : { data }),
  })
  await node.start()
  for (const each of [port, webPort]) await untilListening(each)
  return { port, webPort, stop: async () => void (await node.stop()) }
}

/** Somebody at a terminal: lines out, lines in. */
export class Person {
  readonly socket: Socket
  readonly heard: string[] = []
  #rest = ''
  readonly #onLine: (() => void)[] = []

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      for (const tell of this.#onLine.splice(0)) tell()
    })
    this.socket.on('data', (bytes: Buffer) => {
      const lines = (this.#rest + bytes.toString()).split('\n')
      this.#rest = lines.pop() ?? ''
      this.heard.push(...lines)
      for (const tell of this.#onLine.splice(0)) tell()
    })
  }

  type(...lines: readonly string[]): this {
    for (const line of lines) this.socket.write(`${line}\n`)
    return this
  }

  /** The first line from now or before that looks so; those before it are forgotten. */
  async hears(pattern: RegExp): Promise<string> {
    for (let from = 0; ;) {
      const place = this.heard.findIndex((line, index) => index >= from && pattern.test(line))
      const found = this.heard[place]
      if (found !== undefined) {
        this.heard.splice(0, place + 1)
        return found
      }
      from = this.heard.length
      if (this.socket.closed)
        throw new Error(`closed before ${pattern}; heard ${JSON.stringify(this.heard).slice(-500)}`)
      await new Promise<void>((resolve) => {
        this.#onLine.push(resolve)
      })
    }
  }
}
