// People who chat, as a program: they enter rooms, say things at random times, look at the history now and then, and publish all
// that they hear, so that invariants can tell whether everybody heard the same.
//
// | probe               | value               | when                                                                     |
// | ------------------- | ------------------- | ------------------------------------------------------------------------ |
// | `chat.entered`      | {room, after}       | the server lets it in (again): the messages after this one are to come   |
// | `chat.heard`        | {room, seq, id}     | it hears a message                                                       |
// | `chat.acknowledged` | {room, seq, id}     | a message of its own is stored, so the server says; by the server, with `log`: before it says so |
// | `chat.page`         | {room, seqs, ids}   | what the history holds, as the server tells it                           |
// | `chat.lost`         | {reason}            | its connection is gone                                                   |
// | `chat.recovered`    | {room, last}        | by the server: a room was read from the disk, with messages up to `last` |
// | `chat.closed`       | {room, last}        | by the server: nobody was in a room, and it was closed                   |
//
// Operations for the history: `say` with the room as key and the text as value; ok with the number of the message.

import { type Duration, type Env, ms, type Program, seconds } from '../../sim/index.ts'
import { ChatClient, ChatRefusal } from './chat-client.ts'
import { chatPort, chatWebPort } from './chat.ts'
import type { ChatEvent } from './protocol.ts'

/** What one who chats does. */
export interface ChatterOptions {
  /** The server's name (default `chat`). */
  readonly server?: string
  readonly over: 'lines' | 'web'
  /** The rooms it is in; or those for its name. */
  readonly rooms: readonly string[] | ((name: string) => readonly string[])
  /** The mean time between two messages (default 250 ms). */
  readonly rate?: Duration
  /** How long a text is, in characters (default: as long as its name). */
  readonly textSize?: number
  /** How long an acknowledgement is waited for before the operation's end is unknown (default 3 s). */
  readonly deadline?: Duration
}

/** The functions of its operations. */
export const chatOperations = ['say'] as const

/** One who chats. */
export function chatter(options: ChatterOptions): Program {
  return (env) => {
    new Chatter(env, options).start()
  }
}

class Chatter {
  readonly #env: Env
  readonly #options: ChatterOptions
  readonly #client: ChatClient
  readonly #rooms: readonly string[]
  #count = 0

  constructor(env: Env, options: ChatterOptions) {
    this.#env = env
    this.#options = options
    this.#rooms = typeof options.rooms === 'function' ? options.rooms(env.name) : options.rooms
    this.#client = new ChatClient(env, {
      host: options.server ?? 'chat',
      port: options.over === 'lines' ? chatPort : chatWebPort,
      over: options.over,
      nick: env.name,
      pingEvery: ms(1000),
      onEvent: (event) => {
        this.#publish(event)
      },
      onConnection: ({ isConnected, reason }) => {
        if (!isConnected) env.probe('chat.lost', { reason })
      },
    })
  }

  start(): void {
    this.#client.start()
    for (const room of this.#rooms) this.#client.join(room)
    this.#sayLater()
    this.#env.timers.every(seconds(2), () => {
      for (const room of this.#rooms) this.#client.ask({ kind: 'history', room, before: null, count: 100 })
    })
  }

  #sayLater(): void {
    const random = this.#env.randomFor('workload')
    const wait = Math.floor(random.exponential(this.#options.rate ?? ms(250))) as Duration
    this.#env.timers.after(wait, () => {
      const room = random.pick(this.#rooms)
      this.#count++
      if (this.#env.admits('say')) this.#say(room)
      this.#sayLater()
    })
  }

  #say(room: string): void {
    const { name, incarnation } = this.#env
    const process = `${name}/${incarnation}/${this.#count}`
    const text = process.padEnd(this.#options.textSize ?? 0, '.')
    const operation = this.#env.invoke({ f: 'say', key: room, value: process, process })
    let isOpen = true
    const timer = this.#env.timers.after(this.#options.deadline ?? seconds(3), () => {
      isOpen = false
      operation.info('no acknowledgement in time')
    })
    const { id, stored } = this.#client.say(room, text)
    void (async () => {
      try {
        const seq = await stored
        this.#env.probe('chat.acknowledged', { room, seq, id })
        if (isOpen) operation.ok(seq)
      } catch (error) {
        if (!(error instanceof ChatRefusal)) throw error
        if (isOpen) operation.fail(error.code)
      }
      timer.cancel()
    })()
  }

  #publish(event: ChatEvent): void {
    switch (event.kind) {
      case 'room':
        return this.#env.probe('chat.entered', { room: event.room, after: event.after })
      case 'message':
        return this.#env.probe('chat.heard', { room: event.room, seq: event.seq, id: event.id })
      case 'history':
        return this.#env.probe('chat.page', {
          room: event.room,
          seqs: event.messages.map(({ seq }) => seq),
          ids: event.messages.map(({ id }) => id),
        })
      default:
    }
  }
}
