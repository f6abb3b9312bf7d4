// Logs of a served chat are judged by what it acknowledged, showed and found on its disk.

import { once } from 'node:events'
import { connect } from 'node:net'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { rewrittenLog } from './testing/rewritten-log.ts'
import { serving } from './testing/serving.ts'
import { Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 60_000 })

let place: Workplace
beforeAll(() => {
  place = new Workplace()
})
afterAll(() => place.remove())

/** Serves the chat while somebody says something, and leaves a log. */
async function talked(log: string, name: string): Promise<void> {
  const chat = await serving(place, 'chat', '--port', '0', '--data', 'data', '--log', log)
  const socket = connect({ port: await chat.portOf(7000), host: '127.0.0.1' })
  let heard = ''
  const hears = async (count: number): Promise<void> => {
    while (heard.split(`hello from ${name}`).length <= count) heard += String((await once(socket, 'data'))[0])
  }
  socket.write(`/nick ${name}\n/join lobby\nhello from ${name}\n`)
  await hears(1)
  socket.write('/history\n')
  await hears(2)
  socket.destroy()
  chat.signal('SIGTERM')
  expect(await chat.ended()).toBe(0)
}

test('what it acknowledged before it was stopped is there when it starts again, or that is told', async () => {
  await talked('first.ndjson', 'ann')
  await talked('second.ndjson', 'bob')
  const forgetful = rewrittenLog(place, { log: 'second.ndjson', as: 'forgetful.ndjson' }, (events) =>
    events.map((event) =>
      event.kind === 'probe' && event.name === 'chat.recovered'
        ? { ...event, value: { room: 'lobby', last: 0 } }
        : event,
    ),
  )
  const [kept, lost] = await Promise.all(
    ['second.ndjson', forgetful].map((log) =>
      place.faultline('check', 'first.ndjson', log, '--invariants', 'chat', 'no-exit'),
    ),
  )
  expect(kept?.code).toBe(0)
  expect(kept?.out.match(/looked \d+ times at (messages told|histories)/g)).toHaveLength(3)
  expect([lost?.code, lost?.out]).toEqual([1, expect.stringContaining('an acknowledged message is gone')])
})
