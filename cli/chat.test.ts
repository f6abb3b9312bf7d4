import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { type Said, Workplace } from './testing/workplace.ts'
import { freePort } from '../sim/real/testing/both.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

/** A command that runs, what it printed, and its end. */
function running(...words: readonly string[]) {
  const child = spawn(join(place.folder, 'node_modules/.bin/faultline'), words, { cwd: place.folder })
  let told = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      told += bytes.toString()
    })
  const ended = once(child, 'exit') as Promise<[code: number | null]>
  return {
    child,
    ended: async () => (await ended)[0],
    type: (line: string) => child.stdin.write(`${line}\n`),
    told: () => told,
    tells: async (pattern: RegExp) => {
      for (let count = 0; !pattern.test(told); count++) {
        if (child.exitCode !== null || count > 1000) throw new Error(`never ${pattern}: ${told}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    end: async () => {
      child.stdin.end()
      return (await ended)[0]
    },
  }
}

test('two people talk over lines and over WebSocket, and the server keeps what they said', async () => {
  const [port, webPort] = [await freePort(), await freePort()]
  const data = mkdtempSync(join(tmpdir(), 'faultline-chat-'))
  const serve = () =>
    running('serve', 'chat', '--port', String(port), '--listen', `7080=127.0.0.1:${webPort}`, '--data', data)
  const first = serve()
  await first.tells(/started chat/)
  const ann = running('chat', `127.0.0.1:${port}`, '--nick', 'ann')
  await ann.tells(/you are in lobby/)
  const bob = running('chat', `127.0.0.1:${webPort}`, '--web', '--nick', 'bob', '--json')
  await bob.tells(/"kind":"room"/)
  ann.type('hello')
  await bob.tells(/"kind":"message","room":"lobby","seq":1,"nick":"ann"/)
  bob.type('/msg ann psst')
  await ann.tells(/\[from bob\] psst/)
  const taken = running('chat', `127.0.0.1:${port}`, '--nick', 'Ann')
  expect([await taken.ended(), taken.told()]).toEqual([1, 'somebody is called Ann\n'])
  // A script gives its commands before there is a connection, and goes once they are answered.
  const told = await place.shell(
    `printf '/msg ann it is done\\n/msg zoe too\\n' | node_modules/.bin/faultline chat 127.0.0.1:${port} --nick builder`,
  )
  expect([told.code, told.out.match(/^[*!] (?:ann was|nobody).*$/gm)]).toEqual([
    0,
    ['* ann was told', '! nobody here is called zoe'],
  ])
  await ann.tells(/\[from builder\] it is done/)
  // Who has taken another name comes back by it.
  bob.type('/nick rob')
  bob.type('/away at lunch')
  await ann.tells(/rob is away: at lunch/)

  first.child.kill('SIGTERM')
  await ann.tells(/not connected/)
  ann.type('are you there?')
  expect(await first.ended()).toBe(0)
  const second = serve()
  await bob.tells(/"seq":2,"nick":"ann"/)
  await bob.tells(/"nick":"rob","away":"at lunch"/)
  expect(bob.told().match(/"kind":"message"/g)).toHaveLength(2)
  expect([await ann.end(), await bob.end()]).toEqual([0, 0])
  second.child.kill('SIGTERM')
  expect(await second.end()).toBe(0)
  rmSync(data, { recursive: true, force: true })
})

test('a script says what it has to, and is told what is wrong with its words', async () => {
  for (const [words, wanted] of [
    [['nowhere'], 'wanted HOST:PORT'],
    [['127.0.0.1:1', '--nick', '1x'], '--nick: got "1x"'],
    [['127.0.0.1:1', '--room', 'A B'], '--room: got "A B"'],
  ] as const) {
    const said = await place.faultline('chat', ...words)
    expect([said.code, said.error]).toEqual([2, expect.stringContaining(wanted)])
  }
})

/** A server that greets with one text and answers what comes first with another; what it does to `faultline chat`. */
async function visited(greeting: string, answer: string | null, ...words: readonly string[]): Promise<Said> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.write(greeting)
    socket.once('data', () => {
      if (answer === null) socket.end()
      else socket.write(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const said = await place.faultline('chat', `127.0.0.1:${port}`, '--nick', 'ann', ...words)
  server.close()
  return { ...said, error: said.error.replaceAll(String(port), 'PORT') }
}

const greeting = '* this is a Faultline chat\n'
const event = (fields: object): string => `${JSON.stringify(fields)}\n`
const welcome = event({ kind: 'welcome', nick: 'ann' })
const full = event({ kind: 'error', code: 'room-full', text: 'lobby is full', id: null })

test.each<[string, string, string | null, readonly string[], string]>([
  ['a room that is full', greeting, welcome + full, [], 'lobby is full\n'],
  [
    'a chat that is full',
    '! closing: there are too many here\n',
    '',
    [],
    'no way into 127.0.0.1:PORT: there are too many here\n',
  ],
  [
    'an HTTP server',
    '',
    'HTTP/1.1 400 Bad Request\r\n\r\n',
    [],
    'no way into 127.0.0.1:PORT: it is no chat: got "HTTP/1.1 400 Bad Request" (--web is for the address of a page)\n',
  ],
  ['another server', '', '{"id":1}\n', [], 'no way into 127.0.0.1:PORT: it is no chat: got "{\\"id\\":1}"\n'],
  ['one that hangs up', '', null, [], 'no way into 127.0.0.1:PORT: the connection ended\n'],
  [
    'a page that is none',
    '',
    'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
    ['--web'],
    'no way into 127.0.0.1:PORT: WebSocket handshake: got the status 404, wanted 101\n',
  ],
])('%s is told in one line, with exit code 1', async (_, hello, answer, words, line) => {
  expect(await visited(hello, answer, ...words)).toEqual({ code: 1, out: expect.any(String), error: line })
})

test('a port on which nobody listens is told in one line', async () => {
  const address = `127.0.0.1:${await freePort()}`
  const said = await place.faultline('chat', address, '--nick', 'ann')
  expect(said).toEqual({
    code: 1,
    out: '',
    error: `no way into ${address}: ECONNREFUSED: connect to ${address}\n`,
  })
})
