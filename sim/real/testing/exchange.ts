// One exchange of bytes with a server under test, whatever the bytes are.

import { connect } from 'node:net'

/** How long a server may take to end its side. */
const answerMax = 5000

/** Sends pieces and the end; resolves to all that came until the server's end, and rejects when that does not come. */
export function exchange(port: number, pieces: readonly Uint8Array[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const came: Buffer[] = []
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error('no end came'))
    }, answerMax)
    socket.on('data', (bytes) => void came.push(bytes))
    // A server that has closed may refuse what comes later.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(came))
    })
    for (const piece of pieces) socket.write(piece)
    socket.end()
  })
}
