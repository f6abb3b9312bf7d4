// One connection of a client to a chat server, over lines of JSON or a WebSocket: texts in and out.

import { type Duration, type Env, ms, NetError } from '../../sim/index.ts'
import { FramingError, lines } from '../transport/index.ts'
import { connectWebSocket, HandshakeError } from '../websocket/index.ts'

/** Where a server is, and how it is spoken to. */
export interface ChatAddress {
  readonly host: string
  readonly port: number
  readonly over: 'lines' | 'web'
}

/** An open connection. */
export interface ChatLink {
  /** Resolves when there is room for more; rejects with a NetError. */
  send(text: string): Promise<void>
  /** Texts as they come; ends with the connection, or with an error that says why. */
  readonly texts: AsyncIterable<string>
  /** Ends it at once. */
  reset(): void
}

const textMax = 1024 * 1024

/** Connects. Rejects with a NetError, or a HandshakeError of nodes/websocket; its texts also with a FramingError or a ChatLinkError. */
export async function openLink(
  env: Env,
  { host, port, over }: ChatAddress,
  timeout: Duration = ms(3000),
): Promise<ChatLink> {
  if (over === 'lines') return lineLink(env, { host, port, timeout })
  const socket = await connectWebSocket(env, {
    host,
    port,
    path: '/socket',
    timeout,
    limits: { messageMax: textMax },
  })
  return {
    send: (text) => socket.send(text),
    texts: {
      async *[Symbol.asyncIterator]() {
        for await (const message of socket) if (message.kind === 'text') yield message.text
      },
    },
    reset: () => {
      socket.abort()
    },
  }
}

async function lineLink(
  env: Env,
  { host, port, timeout }: { readonly host: string; readonly port: number; readonly timeout: Duration },
): Promise<ChatLink> {
  const connection = await env.net.connect(host, port, { timeout })
  const decoder = lines(textMax).decoder()
  return {
    send: (text) => connection.write(`${text}\n`),
    texts: {
      async *[Symbol.asyncIterator]() {
        for await (const bytes of connection)
          for (const line of decoder.push(bytes))
            if (line.startsWith('{')) yield line
            else refuseLine(line)
      },
    },
    reset: () => {
      connection.reset()
    },
  }
}

/** The greeting is for people; nothing else but a refusal comes before the answer to the first line of JSON. */
function refuseLine(line: string): void {
  const refusal = /^! closing: (.*)/.exec(line)?.[1]
  if (refusal !== undefined) throw new ChatLinkError(refusal)
  if (!line.startsWith('* ')) throw new ChatLinkError(notChat(line))
}

/** What is wrong with a text that is none of a chat. */
export function notChat(text: string): string {
  return `it is no chat: got ${JSON.stringify(text.slice(0, 40))}`
}

/** What is at the other end is no chat, or takes nobody. */
export class ChatLinkError extends Error {
  constructor(problem: string) {
    super(problem)
    this.name = 'ChatLinkError'
  }
}

/** Whether an error is one of a server or a network, and not of this program. */
export function isLinkError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (error instanceof NetError ||
      error instanceof HandshakeError ||
      error instanceof FramingError ||
      error instanceof ChatLinkError)
  )
}
