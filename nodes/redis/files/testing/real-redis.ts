// A real redis-server on this machine, started by a test on a free port with its files in a folder, and spoken to in RESP2.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { freePort } from '../../../../sim/real/testing/both.ts'
import type { ByteString } from '../../value.ts'

/** What a server replies; an error is an `Error`. */
export type Reply = ByteString | number | null | Error | readonly Reply[]

const startMax = 10_000

/** A server that runs. To be stopped. */
export class RealRedis {
  readonly #process: ChildProcess
  readonly #socket: Socket
  readonly #waiting: ((reply: Reply) => void)[] = []
  #received = ''

  readonly port: number

  private constructor(process: ChildProcess, socket: Socket, port: number) {
    this.port = port
    this.#process = process
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      this.#receive(bytes.toString('latin1'))
    })
  }

  /** Starts `program` with settings in a folder. Rejects with what it printed where it does not come up. */
  static async start(program: string, folder: string, settings: readonly string[] = []): Promise<RealRedis> {
    const port = await freePort()
    const args = [
      '--port',
      String(port),
      '--dir',
      folder,
      '--save',
      '',
      '--enable-debug-command',
      'yes',
      ...settings,
    ]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    child.stdout.on('data', (bytes: Buffer) => void (printed += bytes.toString()))
    for (let waited = 0; waited < startMax && child.exitCode === null; waited += 20) {
      const socket = await connected(port)
      if (socket !== null) {
        const server = new RealRedis(child, socket, port)
        const reply = await server.call('PING')
        if (reply === 'PONG') return server
        socket.destroy()
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    child.kill('SIGKILL')
    throw new Error(`redis-server did not come up:\n${printed}`)
  }

  /** Sends a command; its reply. */
  async call(...args: readonly (ByteString | number)[]): Promise<Reply> {
    const texts = args.map(String)
    const lines = texts.map((text) => `$${text.length}\r\n${text}\r\n`).join('')
    this.#socket.write(Buffer.from(`*${texts.length}\r\n${lines}`, 'latin1'))
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    this.#socket.destroy()
    if (this.#process.exitCode !== null) return
    const ended = once(this.#process, 'exit')
    this.#process.kill(signal)
    await ended
  }

  #receive(text: string): void {
    this.#received += text
    for (;;) {
      const parsed = parseReply(this.#received, 0)
      if (parsed === null) return
      this.#received = this.#received.slice(parsed.end)
      this.#waiting.shift()?.(parsed.reply)
    }
  }
}

function parseReply(text: string, start: number): { readonly reply: Reply; readonly end: number } | null {
  const lineEnd = text.indexOf('\r\n', start)
  if (lineEnd < 0) return null
  const line = text.slice(start + 1, lineEnd)
  const after = lineEnd + 2
  switch (text[start]) {
    case '+':
      return { reply: line, end: after }
    case '-':
      return { reply: new Error(line), end: after }
    case ':':
      return { reply: Number(line), end: after }
    case '$': {
      const length = Number(line)
      if (length < 0) return { reply: null, end: after }
      if (text.length < after + length + 2) return null
      return { reply: text.slice(after, after + length), end: after + length + 2 }
    }
    case '*':
      return parseArray(text, Number(line), after)
    default:
      throw new Error(`not RESP: ${JSON.stringify(text.slice(start, start + 40))}`)
  }
}

function parseArray(text: string, count: number, start: number): ReturnType<typeof parseReply> {
  if (count < 0) return { reply: null, end: start }
  const replies: Reply[] = []
  let end = start
  for (let place = 0; place < count; place++) {
    const parsed = parseReply(text, end)
    if (parsed === null) return null
    replies.push(parsed.reply)
    end = parsed.end
  }
  return { reply: replies, end }
}

async function connected(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      resolve(socket)
    })
    socket.once('error', () => {
      resolve(null)
    })
  })
}
