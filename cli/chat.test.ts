import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { Workplace } from './testing/workplace.ts'
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

  first.child.kill('SIGTERM')
  await ann.tells(/not connected/)
  ann.type('are you there?')
  expect(await first.ended()).toBe(0)
  const second = serve()
  await bob.tells(/"seq":2,"nick":"ann"/)
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
