// Rooms that are entered and left: however many names there were, few stay open, and nothing that was said is lost.

import { expect, test } from 'vitest'

import { chat, type ChatLimits, chatPort } from './index.ts'
import {
  type Connection,
  type Disk,
  type Env,
  node,
  type Program,
  run,
  scenario,
  seconds,
} from '../../sim/index.ts'
import { lines } from '../transport/index.ts'

/** Talks to the chat in JSON, and waits for what is answered. */
class Talker {
  readonly #connection: Connection
  readonly #events: AsyncIterator<Readonly<Record<string, unknown>>>

  constructor(connection: Connection) {
    this.#connection = connection
    this.#events = eventsOf(connection)
  }

  static async open(env: Env, nick: string): Promise<Talker> {
    const talker = new Talker(await env.net.connect('chat', chatPort))
    await talker.ask({ kind: 'hello', nick, secret: null }, ['welcome'])
    return talker
  }

  /** What answers a command: the first event of one of these kinds. */
  async ask(command: object, kinds: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    await this.#connection.write(`${JSON.stringify(command)}\n`)
    for (;;) {
      const { value, done } = await this.#events.next()
      if (done === true) throw new Error('the connection ended')
      if (kinds.includes(String(value['kind']))) return value
    }
  }

  /** Enters a room; the number of its last message, or why not. */
  async join(room: string): Promise<unknown> {
    const answer = await this.ask({ kind: 'join', room, after: null }, ['room', 'error'])
    return answer['kind'] === 'room' ? answer['last'] : answer['text']
  }

  say(room: string, text: string): Promise<unknown> {
    return this.ask({ kind: 'say', room, id: `${room}-${text}`, text }, ['stored', 'error'])
  }

  leave(room: string): Promise<unknown> {
    return this.ask({ kind: 'leave', room }, ['left'])
  }
}

async function* eventsOf(connection: Connection): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = lines(100_000).decoder()
  for await (const bytes of connection)
    for (const line of decoder.push(bytes))
      if (line.startsWith('{')) yield JSON.parse(line) as Readonly<Record<string, unknown>>
}

interface Files {
  open: number
  most: number
}

/** A chat that counts its open files. */
function counted(limits: Partial<ChatLimits>, files: Files): Program {
  const serve = chat({ limits: { commandsPerSecond: 1_000_000, ...limits } })
  return (env) => {
    files.open = 0
    const open: Disk['open'] = async (path, options) => {
      const file = await env.disk.open(path, options)
      files.most = Math.max(files.most, ++files.open)
      return instead(file, 'close', () => {
        files.open--
        return file.close()
      })
    }
    return serve(instead(env, 'disk', instead(env.disk, 'open', open)))
  }
}

/** An object in which one thing is another. */
function instead<T extends object, K extends keyof T>(object: T, name: K, other: T[K]): T {
  const valueOf = (key: string | symbol): unknown => {
    const value: unknown = Reflect.get(object, key, object)
    return typeof value === 'function' ? (value.bind(object) as unknown) : value
  }
  return new Proxy(object, { get: (_, key) => (key === name ? other : valueOf(key)) })
}

/** Runs a visitor beside a chat, and gives what it noted. */
async function visit(
  limits: Partial<ChatLimits>,
  act: (env: Env, note: (value: unknown) => void) => Promise<void>,
): Promise<{ readonly notes: readonly unknown[]; readonly files: Files }> {
  const notes: unknown[] = []
  const files = { open: 0, most: 0 }
  const played = scenario({
    title: 'rooms',
    nodes: () => [
      node('chat', counted(limits, files)),
      node('visitor', async (env) => {
        await env.sleep(seconds(1))
        await act(env, (value) => void notes.push(value))
      }),
    ],
    duration: seconds(600),
  })
  const { violations } = await run(played, { seed: 1, isChecked: false })
  expect(violations).toEqual([])
  return { notes, files }
}

test('5,000 names are entered by one after the other; few rooms stay open, and what was said is there later', async () => {
  const count = 5000
  const { notes, files } = await visit({}, async (env, note) => {
    const ann = await Talker.open(env, 'ann')
    let entered = 0
    for (let place = 0; place < count; place++) {
      const room = `room-${place}`
      if ((await ann.join(room)) === 0) entered++
      if (place % 10 === 0) await ann.say(room, 'hello')
      await ann.leave(room)
    }
    note(entered)
    note([await ann.join('room-0'), await ann.join('room-1'), await ann.join(`room-${count - 10}`)])
    note(await ann.say('room-0', 'again'))
    // What was said before is known, though the room was closed.
    note(await ann.say('room-0', 'hello'))
  })
  expect(notes).toEqual([
    count,
    [1, 0, 1],
    expect.objectContaining({ kind: 'stored', seq: 2 }),
    expect.objectContaining({ kind: 'stored', seq: 1 }),
  ])
  // Those in which nobody is, the one somebody is in, and those that are being closed.
  expect(files.most).toBeLessThanOrEqual(40)
  expect(files.open).toBeLessThanOrEqual(40)
})

test('rooms in which somebody is are not closed: one more is refused until one is left', async () => {
  const { notes } = await visit({ roomsMax: 3, emptyRoomsMax: 3 }, async (env, note) => {
    const [ann, bob] = [await Talker.open(env, 'ann'), await Talker.open(env, 'bob')]
    note([await ann.join('a'), await ann.join('b'), await bob.join('c'), await bob.join('d')])
    await ann.say('a', 'one')
    await ann.leave('a')
    note([await bob.join('d'), await bob.join('a')])
    await bob.leave('d')
    note([await bob.join('a')])
  })
  const refusal = 'there are too many rooms: enter one that others are in'
  expect(notes).toEqual([[0, 0, 0, refusal], [0, refusal], [1]])
})

test('no more rooms are begun than may have a history; those that have one, and those left silent, cost nothing of it', async () => {
  const { notes } = await visit({ storedRoomsMax: 2, emptyRoomsMax: 0 }, async (env, note) => {
    const ann = await Talker.open(env, 'ann')
    for (const room of ['a', 'b']) {
      note(await ann.join(room))
      await ann.say(room, 'one')
      await ann.leave(room)
    }
    note(await ann.join('c'))
    note(await ann.join('a'))
  })
  expect(notes).toEqual([0, 0, 'there are too many rooms: enter one that others are in', 1])
})

test('one is in so many rooms at most', async () => {
  const { notes } = await visit({ roomsOfOneMax: 2 }, async (env, note) => {
    const ann = await Talker.open(env, 'ann')
    for (const room of ['a', 'b', 'c']) note(await ann.join(room))
  })
  expect(notes).toEqual([0, 0, 'you are in 2 rooms: leave one'])
})
