import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { ExchangeTape } from './exchange.ts'
import {
  type Exchange,
  ExchangeFile,
  ExchangeFileError,
  isExchangeText,
  readExchanges,
  RealNode,
  replayExchanges,
  saidIn,
} from './index.ts'
import type { Program } from '../env.ts'
import { type Instant, ms } from '../time.ts'

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

/** Serves while `talks` goes on with the port; resolves to what passed. */
async function recorded(
  program: Program,
  talks: (port: number) => Promise<void>,
): Promise<readonly Exchange[]> {
  const exchanges: Exchange[] = []
  let found: (port: number) => void = () => undefined
  const listening = new Promise<number>((resolve) => {
    found = resolve
  })
  const node = new RealNode({
    name: 'recorded',
    program,
    listen: new Map([[7, { host: '127.0.0.1', port: 0 }]]),
    onListen: ({ address }) => {
      if ('port' in address) found(address.port)
    },
    onExchange: (exchange) => void exchanges.push(exchange),
  })
  await node.start()
  await talks(await listening)
  await node.stop()
  return exchanges
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

test('a program says in the simulation what it said on real sockets to the same bytes', async () => {
  const heard: string[] = []
  const exchanges = await recorded(reverser, async (port) => {
    heard.push(await talk(port, ['ab', 'c\nde', 'f\n', '\n']), await talk(port, ['one\ntwo\nthr', 'ee']))
  })
  expect(heard).toEqual(['1 cba\n2 fed\n3 \ngoodbye\n', '1 eno\n2 owt\ngoodbye\n'])

  const said = await replayExchanges(reverser, exchanges)
  expect(said.map(textOf)).toEqual(heard)
  // A program that does something else is found out.
  const other: Program = async (env) => {
    for await (const connection of await env.net.listen(7)) connection.end()
  }
  expect(await replayExchanges(other, exchanges.slice(0, 1))).toEqual([new Uint8Array(0)])
})

/** Answers each line with the time at which it started and the time now, and looks at the clock by itself as well. */
const clerk: Program = async (env) => {
  const start = env.clock.wall()
  env.timers.every(ms(20), () => void env.clock.wall())
  for await (const connection of await env.net.listen(7))
    env.spawn(async () => {
      let rest = ''
      for await (const bytes of connection) {
        rest += textOf(bytes)
        for (; rest.includes('\n'); rest = rest.slice(rest.indexOf('\n') + 1))
          await connection.write(`${start} ${env.clock.wall()}\n`)
      }
      connection.end()
    })
}

test('what the clock showed is what it shows, to several connections at once and before the first of them', async () => {
  const exchanges = await recorded(clerk, async (port) => {
    const pieces = Array.from({ length: 8 }, (_, place) => `line ${place}\n`)
    await Promise.all([1, 2, 3, 4].map(() => talk(port, pieces)))
  })
  expect(exchanges).toHaveLength(4)
  const said = await replayExchanges(clerk, exchanges)
  expect(said.map(textOf)).toEqual(exchanges.map((each) => textOf(saidIn(each))))
})

describe('a file of exchanges', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-exchanges-'))
  const about = { program: 'echo', name: 'echo', seed: 5, parameters: { port: 7 } }
  const path = join(folder, 'some')

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  test('holds what was recorded, also where the last line was cut off', () => {
    const exchanges: readonly Exchange[] = [
      {
        port: 7,
        order: 1,
        steps: [
          { kind: 'received', order: 2, bytes: Buffer.from([0, 255, 10]) },
          { kind: 'clock', order: 3, wall: 1.5e18 as Instant },
          { kind: 'sent', order: 4, bytes: Buffer.from('ab') },
          { kind: 'sent', order: 5, bytes: Buffer.from('c') },
          { kind: 'ended', order: 6 },
        ],
      },
      { port: 7, order: 7, steps: [], isCut: true },
    ]
    const file = new ExchangeFile(path, about)
    for (const exchange of exchanges) file.add(exchange)
    file.close()
    appendFileSync(path, '{"port":7,"or')
    expect(readExchanges(path)).toEqual({ ...about, exchanges })
    expect(exchanges.map((each) => String(Buffer.from(saidIn(each))))).toEqual(['abc', ''])
    expect(isExchangeText(readFileSync(path, 'utf8'))).toBe(true)
  })

  test('is refused with the line where it is none', () => {
    const head = JSON.stringify({ kind: 'faultline-exchanges', ...about })
    for (const [text, line] of [
      ['', 1],
      ['{"kind":"header"}\n', 1],
      ['{"kind":"faultline-exchanges"}\n', 1],
      [`${head}\nnothing\n`, 2],
      [`${head}\n{"port":7,"order":1,"steps":[{"kind":"sent","order":1}]}\n`, 2],
      [`${head}\n{"port":7,"order":1,"steps":[{"kind":"other","order":1}]}\n`, 2],
      [`${head}\n{"port":-7,"order":1,"steps":[]}\n`, 2],
    ] as const) {
      writeFileSync(path, text)
      expect(() => readExchanges(path)).toThrow(ExchangeFileError)
      expect(() => readExchanges(path)).toThrow(`some:${line}: got`)
    }
    expect(() => readExchanges(join(folder, 'nothing'))).toThrow(ExchangeFileError)
  })
})

test('no more is recorded than a bound, and what is cut says so', () => {
  const tape = new ExchangeTape()
  const mebibyte = { kind: 'sent', bytes: new Uint8Array(1024 * 1024) } as const
  const sizes = Array.from({ length: 6 }, () => {
    const recorder = tape.record(7)
    for (let count = 0; count < 20; count++) recorder.add(mebibyte)
    const { steps, isCut = false } = recorder.exchange
    return [steps.length, isCut]
  })
  expect(sizes).toEqual([
    [15, true],
    [15, true],
    [15, true],
    [15, true],
    [3, true],
    [0, true],
  ])
})
