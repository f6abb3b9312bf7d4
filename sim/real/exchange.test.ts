import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { type Exchange, RealNode, replayExchanges } from './index.ts'
import type { Program } from '../env.ts'

/** Answers each line with its number and its letters in reverse, and says goodbye at the end. */
const reverser: Program = async (env) => {
  for await (const connection of await env.net.listen(7))
    env.spawn(async () => {
      let [rest, count] = ['', 0]
      for await (const bytes of connection) {
        const lines = (rest + new TextDecoder().decode(bytes)).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines)
          await connection.write(`${++count} ${Array.from(line).reverse().join('')}\n`)
      }
      await connection.write('goodbye\n')
      connection.end()
    })
}

/** Talks to a port in pieces, and resolves once the other side has ended. */
function talk(port: number, pieces: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let heard = ''
    let next = 0
    const say = (): void => {
      const piece = pieces[next++]
      if (piece === undefined) socket.end()
      else socket.write(piece, () => setTimeout(say, 15))
    }
    socket.on('connect', say)
    socket.on('data', (bytes) => {
      heard += bytes.toString()
    })
    socket.on('error', reject)
    socket.on('close', () => {
      resolve(heard)
    })
  })
}

test('a program says in the simulation what it said on real sockets to the same bytes', async () => {
  const exchanges: Exchange[] = []
  let found: (port: number) => void = () => undefined
  const listening = new Promise<number>((resolve) => {
    found = resolve
  })
  const node = new RealNode({
    name: 'reverser',
    program: reverser,
    listen: new Map([[7, { host: '127.0.0.1', port: 0 }]]),
    onListen: ({ address }) => {
      if ('port' in address) found(address.port)
    },
    onExchange: (exchange) => void exchanges.push(exchange),
  })
  await node.start()
  const port = await listening
  const heard = [await talk(port, ['ab', 'c\nde', 'f\n', '\n']), await talk(port, ['one\ntwo\nthr', 'ee'])]
  await node.stop()
  expect(heard).toEqual(['1 cba\n2 fed\n3 \ngoodbye\n', '1 eno\n2 owt\ngoodbye\n'])

  const said = await replayExchanges(reverser, exchanges)
  expect(said.map((bytes) => new TextDecoder().decode(bytes))).toEqual(heard)
  // A program that does something else is found out.
  const other: Program = async (env) => {
    for await (const connection of await env.net.listen(7)) connection.end()
  }
  expect(await replayExchanges(other, exchanges.slice(0, 1))).toEqual([new Uint8Array(0)])
})
