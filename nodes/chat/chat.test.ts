// The chat as people at terminals see it, on real sockets and files.

import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { type ChatServer, Person, servedChat } from './testing/chat-server.ts'
import { ms, seconds } from '../../sim/index.ts'

let folder = ''
let server: ChatServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-chat-'))
  server = await servedChat({}, { data: folder })
})

afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const enter = async (nick: string, room: string, at = server): Promise<Person> => {
  const person = new Person(at.port).type(`/nick ${nick}`, `/join ${room}`)
  await person.hears(new RegExp(`you are in ${room}`))
  return person
}

describe('over lines', () => {
  test('what somebody says, everybody in the room hears, and nobody else', async () => {
    const [ann, bob, cat] = [await enter('ann', 'a'), await enter('bob', 'a'), await enter('cat', 'b')]
    await ann.hears(/bob joined a/)
    ann.type('hello', '/msg cat psst')
    expect(await bob.hears(/ann:/)).toBe('[a 1] ann: hello')
    expect(await ann.hears(/ann:/)).toBe('[a 1] ann: hello')
    // A message waits for the disk, and this would overtake it.
    ann.type('/who')
    expect(await cat.hears(/./)).toBe('[from ann] psst')
    expect(await ann.hears(/^\* in/)).toBe('* in a: ann, bob')
    bob.type('/away at lunch')
    expect(await ann.hears(/away/)).toBe('* bob is away: at lunch')
    ann.type('/msg bob when?', '/rooms')
    expect(await ann.hears(/away/)).toBe('* bob is away: at lunch')
    expect(await ann.hears(/rooms/)).toContain('a (2)')
    bob.type('/nick robert')
    expect(await ann.hears(/now/)).toBe('* bob is now robert')
    bob.type('/quit until tomorrow')
    expect(await bob.hears(/closing/)).toBe('! closing: until tomorrow')
    expect(await ann.hears(/left/)).toBe('* robert left a')
    for (const each of [ann, cat]) each.socket.destroy()
  })

  test('names are unique whatever their case, and free again', async () => {
    const first = await enter('Dora', 'c')
    const second = new Person(server.port).type('/nick dora')
    expect(await second.hears(/^!/)).toBe('! somebody is called dora')
    // A machine that came back without its memory answers that by a reset, so that its name is free at once.
    expect(await first.hears(/asks/)).toBe('* somebody else asks for your name')
    first.socket.destroy()
    await second.type('/nick dora2', '/join c').hears(/you are in c/)
    for (;;) {
      second.type('/nick dora')
      if (/now dora/.test(await second.hears(/^(!|\* dora2 is)/))) break
    }
    second.socket.destroy()
  })

  test.each([
    ['/join lobby', 'take a name first'],
    ['hello', 'you have no name: /nick NAME'],
    ['/nick 1', 'a name is a letter'],
    ['/nick \u001b[31mred', 'a name is a letter'],
    ['/dance', 'got /dance, wanted one of those that /help tells'],
    ['/join a x', 'got x, wanted a number'],
  ])('%j is answered: %s', async (line, answer) => {
    const person = new Person(server.port).type(line)
    expect(await person.hears(/^!/)).toContain(answer)
    person.socket.destroy()
  })

  test('one who has a name and says something nowhere is told how to go somewhere', async () => {
    const person = new Person(server.port).type('/nick fay', 'hello')
    expect(await person.hears(/^!/)).toBe('! you are in no room: /join ROOM')
    person.socket.destroy()
  })

  test('what would do more on a screen than stand there is not said', async () => {
    const person = await enter('eve', 'd')
    for (const text of ['\u001b[2J', 'a\u0007', 'a\u202eb', '\u0085', 'x'.repeat(2001), '   '])
      expect(await person.type(text === '   ' ? '{"kind"' : text).hears(/^!|^\{/)).toMatch(
        /one line|got no JSON/,
      )
    person.socket.destroy()
  })

  test('a line that is too long, or no UTF-8, ends the connection with a reason', async () => {
    for (const bytes of [Buffer.alloc(20_000, 'x'), Buffer.from([0xff, 10])]) {
      const person = new Person(server.port)
      person.socket.write(bytes)
      expect(await person.hears(/closing/)).toContain('wanted')
      if (!person.socket.closed) await once(person.socket, 'close')
    }
  })
})

test('history survives the server, and one who comes back reads on where they were', async () => {
  const data = mkdtempSync(join(tmpdir(), 'faultline-chat-'))
  const first = await servedChat({ limits: { recentMax: 4 } }, { data })
  const ann = await enter('ann', 'lobby', first)
  for (let count = 1; count <= 60; count++) ann.type(`message ${count}`)
  await ann.hears(/message 60/)
  await first.stop()
  // What a crash tore: it is cut off, and the next message follows what was whole.
  const log = join(data, 'files/rooms/lobby.log')
  appendFileSync(log, '0badc0de [{"seq":61,')
  const second = await servedChat({ limits: { recentMax: 4 } }, { data })
  const bob = new Person(second.port).type('/nick bob', '/join lobby 57', '/history 3')
  for (const count of [58, 59, 60])
    expect(await bob.hears(/ann: message/)).toBe(`[lobby ${count}] ann: message ${count}`)
  expect(await bob.type('/history 2 lobby').hears(/message 59/)).toContain('lobby 59')
  bob.type('next')
  expect(await bob.hears(/next/)).toBe('[lobby 61] bob: next')
  bob.socket.destroy()
  await second.stop()
  rmSync(data, { recursive: true, force: true })
})

describe('over WebSocket', () => {
  const open = async (options: WebSocket.ClientOptions = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.webPort}/socket`, options)
    await once(socket, 'open')
    return socket
  }

  test('anything but commands is refused, and pages of others are', async () => {
    const socket = await open()
    const heard: string[] = []
    socket.on('message', (data: Buffer) => void heard.push(data.toString()))
    for (const text of [
      '{',
      '[]',
      '{"kind":"fly"}',
      '{"kind":"say","room":1}',
      '{"kind":"hello","nick":"zed"}',
      '{"kind":"join","room":"../etc"}',
      '{"kind":"history","room":"a","count":-1}',
      '{"kind":"ping","__proto__":{}}',
    ])
      socket.send(text)
    while (heard.length < 8) await once(socket, 'message')
    expect(
      heard.map(
        (text) =>
          (JSON.parse(text) as { kind: string; code?: string }).code ??
          (JSON.parse(text) as { kind: string }).kind,
      ),
    ).toEqual([
      'bad-command',
      'bad-command',
      'bad-command',
      'bad-command',
      'welcome',
      'bad-room',
      'bad-command',
      'pong',
    ])
    socket.send(Buffer.from([1, 2]))
    expect(await once(socket, 'close')).toEqual([1003, Buffer.from('bad-bytes')])
    const other = new WebSocket(`ws://127.0.0.1:${server.webPort}/socket`, { origin: 'http://evil.example' })
    expect(String((await once(other, 'error'))[0])).toContain('403')
  })

  test('the page comes with a policy, and nothing else is there', async () => {
    const at = `http://127.0.0.1:${server.webPort}`
    const page = await fetch(`${at}/`)
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ])
    expect([(await fetch(`${at}/x`)).status, (await fetch(`${at}/`, { method: 'POST' })).status]).toEqual([
      404, 405,
    ])
  })

  test('with the secret one takes the place of a connection that the server still has', async () => {
    const [one, other] = [await open(), await open()]
    const closed = once(one, 'close')
    const hello = JSON.stringify({ kind: 'hello', nick: 'gil', secret: 'abc' })
    one.send(hello)
    await once(one, 'message')
    other.send(hello)
    expect(String((await once(other, 'message'))[0])).toContain('welcome')
    expect((await closed)[1]).toEqual(Buffer.from('replaced'))
    other.terminate()
  })
})

test('a nameless connection, a silent one, and one too many are sent away', async () => {
  const strict = await servedChat({ limits: { namelessFor: ms(200), silentFor: ms(300), connectionsMax: 2 } })
  const person = new Person(strict.port)
  const program = new Person(strict.port).type('{"kind":"hello","nick":"bot"}')
  await program.hears(/welcome/)
  const third = new Person(strict.port)
  expect(await third.hears(/closing/)).toContain('too many')
  expect(await person.hears(/closing/)).toContain('who you are')
  expect(await program.hears(/closing/)).toContain('nothing came')
  await strict.stop()
})

test('whoever begins a command and never ends it is sent away, whether a byte comes now and then or not', async () => {
  const strict = await servedChat({
    limits: { commandFor: ms(500), requestFor: ms(300), requestlessFor: ms(200) },
  })
  const [ann, program] = [
    await enter('ann', 'a', strict),
    new Person(strict.port).type('{"kind":"hello","nick":"bot"}'),
  ]
  await program.hears(/welcome/)
  program.socket.write('{"kind":')
  const dripping = setInterval(() => ann.socket.write('x'), 50)
  expect(await ann.hears(/closing/)).toBe('! closing: a command did not come to its end in time')
  expect(await program.hears(/closing/)).toContain('"code":"slow-writer"')
  clearInterval(dripping)
  for (const opening of ['', 'GET / HT']) {
    const browser = new Person(strict.webPort)
    browser.socket.write(opening)
    await once(browser.socket, 'close')
  }
  // Whoever says whole lines, or nothing, stays.
  const bob = await enter('bob', 'a', strict)
  bob.socket.write('he')
  bob.type('llo')
  await bob.hears(/bob: hello/)
  await new Promise((resolve) => setTimeout(resolve, 600))
  await bob.type('again').hears(/bob: again/)
  await strict.stop()
})

test('one who does not read is sent away, and nobody waits for them', async () => {
  const tight = await servedChat({
    limits: { outboxMax: 64 * 1024, commandsPerSecond: 1_000_000, closeTimeout: seconds(1) },
  })
  const [slow, ann] = [await enter('slow', 'lobby', tight), await enter('ann', 'lobby', tight)]
  slow.socket.pause()
  const text = 'y'.repeat(1900)
  const gone = ann.hears(/slow left/)
  let sent = 0
  while (
    sent < 20_000 &&
    !(await Promise.race([
      gone.then(() => true),
      new Promise((resolve) => setImmediate(() => resolve(false))),
    ]))
  ) {
    for (let count = 0; count < 50; count++, sent++) ann.type(text)
    if (ann.socket.writableNeedDrain) await once(ann.socket, 'drain')
  }
  expect(await gone).toBe('* slow left lobby (slow-reader)')
  slow.socket.destroy()
  ann.socket.destroy()
  await tight.stop()
})
