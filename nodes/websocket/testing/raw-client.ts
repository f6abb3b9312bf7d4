// A client that sends just the bytes that it is told to, behind a correct opening handshake, and tells what came back.

import { once } from 'node:events'
import { connect } from 'node:net'

import { type Incoming, MessageDecoder, MessageInflater, WebSocketError } from '../index.ts'

/** What a server made of some bytes: each message in short, and the code with which it closed; null when it did not. */
export interface Verdict {
  readonly answers: readonly string[]
  readonly code: number | null
}

const request = (port: number, extensions: string): string =>
  [
    'GET / HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...(extensions === '' ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]),
    '',
    '',
  ].join('\r\n')

/** Sends bytes, in pieces of so many, and reads until the server ends the stream. */
export async function sendRaw(
  port: number,
  pieces: readonly Uint8Array[],
  extensions = '',
): Promise<Verdict> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const received: Buffer[] = []
  socket.on('data', (bytes) => void received.push(bytes))
  socket.on('error', () => undefined)
  const ended = once(socket, 'close')
  await once(socket, 'connect')
  socket.write(request(port, extensions))
  while (!Buffer.concat(received).includes('\r\n\r\n')) await once(socket, 'data')
  for (const piece of pieces) {
    // Cut where the test cuts: small ones are on their way before the next.
    if (!socket.destroyed && !socket.write(piece)) await Promise.race([once(socket, 'drain'), ended])
    if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve))
  }
  socket.on('end', () => socket.end())
  await ended
  const all = Buffer.concat(received)
  return read(all.subarray(all.indexOf('\r\n\r\n') + 4))
}

function read(bytes: Uint8Array): Verdict {
  const inflater = new MessageInflater({ windowBits: 15, isContextless: false })
  const decoder = new MessageDecoder({ isMasked: false, inflater })
  const answers: string[] = []
  decoder.push(bytes)
  try {
    for (let next = decoder.next(); next !== null; next = decoder.next()) {
      if (next.kind === 'close') return { answers, code: next.code }
      if (next.kind !== 'working') answers.push(shown(next))
    }
  } catch (error) {
    if (!(error instanceof WebSocketError)) throw error
    answers.push(`broken: ${error.message}`)
  }
  return { answers, code: null }
}

function shown(incoming: Exclude<Incoming, { readonly kind: 'close' }>): string {
  const content =
    incoming.kind === 'text'
      ? incoming.text
      : Buffer.from(incoming.kind === 'binary' ? incoming.bytes : incoming.payload).toString('latin1')
  const short = content.length > 60 ? `${content.slice(0, 40)}… (${content.length})` : content
  return `${incoming.kind} ${short}`
}
