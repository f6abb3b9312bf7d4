// A connection of tests to any server that speaks RESP: commands in, replies out as they stood on the wire.

import { Buffer } from 'node:buffer'
import { connect, type Socket } from 'node:net'

import { ReplyDecoder, type Reply } from '../resp/reply-decoder.ts'
import { encodeCommand } from '../resp/request-encoder.ts'

/** A client of a test. */
export class Wire {
  readonly #socket: Socket
  readonly #decoder = new ReplyDecoder()
  readonly #replies: Reply[] = []
  readonly #waiting: ((reply: Reply | null) => void)[] = []
  #isClosed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      this.#take(bytes)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#isClosed = true
      for (const resolve of this.#waiting.splice(0)) resolve(null)
    })
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(new Wire(socket))
      })
      socket.on('error', reject)
    })
  }

  /** Sends commands at once. */
  send(...commands: readonly (readonly string[])[]): void {
    this.#socket.write(Buffer.from(commands.map(encodeCommand).join(''), 'latin1'))
  }

  /** Sends bytes as they are. */
  raw(bytes: string): void {
    this.#socket.write(Buffer.from(bytes, 'latin1'))
  }

  /** The next reply; null where the server has closed. */
  next(): Promise<Reply | null> {
    const reply = this.#replies.shift()
    if (reply !== undefined) return Promise.resolve(reply)
    if (this.#isClosed) return Promise.resolve(null)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Sends one command and waits for its reply. */
  async ask(...args: readonly string[]): Promise<Reply | null> {
    this.send(args)
    return this.next()
  }

  /** Sends commands at once and waits for a reply to each. */
  async askAll(commands: readonly (readonly string[])[]): Promise<readonly (Reply | null)[]> {
    this.send(...commands)
    const replies: (Reply | null)[] = []
    for (let left = commands.length; left > 0; left -= 1) replies.push(await this.next())
    return replies
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#decoder.push(bytes)
    for (;;) {
      const reply = this.#decoder.next()
      if (reply === null) return
      const resolve = this.#waiting.shift()
      if (resolve === undefined) this.#replies.push(reply)
      else resolve(reply)
    }
  }
}

/** A reply in one line, so that differences can be read: types as on the wire, bytes escaped. */
export function shown(reply: Reply | null | undefined): string {
  if (reply === null || reply === undefined) return '(closed)'
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}`
    case 'error':
      return `-${reply.text}`
    case 'integer':
      return `:${reply.text}`
    case 'bulk':
      return JSON.stringify(reply.text)
    case 'double':
      return `,${reply.text}`
    case 'big-number':
      return `(${reply.text}`
    case 'verbatim':
      return `=${reply.format}:${JSON.stringify(reply.text)}`
    case 'boolean':
      return `#${reply.value}`
    case 'null':
      return '_'
    default:
      return `${{ array: '*', set: '~', map: '%', push: '>', attribute: '|' }[reply.kind]}[${reply.items.map(shown).join(' ')}]`
  }
}

/** The same with the items of all lists sorted (pairs of maps stay together): for replies whose order Redis leaves open. */
export function shownUnordered(reply: Reply | null, isPairs = false): string {
  if (reply === null || !('items' in reply)) return shown(reply)
  const texts = reply.items.map((item) => shownUnordered(item, isPairs))
  if (reply.kind !== 'map' && !isPairs) return `${reply.kind}[${texts.sort().join(' ')}]`
  const pairs: string[] = []
  for (let at = 0; at < texts.length; at += 2) pairs.push(`${texts[at]} ${texts[at + 1]}`)
  return `${reply.kind}[${pairs.sort().join(' ')}]`
}
