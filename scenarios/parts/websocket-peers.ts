// An echo over WebSocket, clients that talk to it over one connection after the other, and what must hold of these connections.
//
// | probe       | value                         | when                                                          |
// | ----------- | ----------------------------- | ------------------------------------------------------------- |
// | `ws.heard`  | {connection, seq, isWhole}    | an end receives a message: its number, and whether it is whole |
// | `ws.silent` | {connection, ns}              | the longest time since the last in which not a byte came to a client, when it hears a message or gives up |
// | `ws.gave-up` | {connection, ns}             | a client gave up a peer as silent: how long nothing came from it |
// | `ws.closed` | {connection, role, code, isClean} | an end knows how its connection ended                     |

import { altered } from './altered.ts'
import { withWallClock } from './wall-for-monotonic.ts'
import { fold } from '../../invariants/index.ts'
import {
  acceptStream,
  connectWebSocket,
  HandshakeError,
  type WebSocketConnection,
} from '../../nodes/websocket/index.ts'
import {
  between,
  type Duration,
  type Env,
  type Instant,
  type Invariant,
  ms,
  NetError,
  type Program,
  seconds,
} from '../../sim/index.ts'

/** The bugs that can be planted. */
export const websocketBugs: readonly string[] = [
  'none',
  'cuts-messages',
  'twice',
  'other-code',
  'never-asks',
  'wall-clock',
]

const port = 9001
const keepAlive = { every: seconds(1), within: seconds(2) }
/** How long a client waits for the answer to its close, which is no time to ask whether anybody is there. */
const closeTimeout = seconds(1)
/**
 * When a client has given up a connection on which nothing comes: `within`, one more `every`, the wait for a close that it
 * had begun by then, a pause of its own machine, and as much as its clock may be slow (5 %).
 */
const noticedWithin = ms(5300)
const sizeMax = 6000

/** Sends each message back. */
export function echoServer(bug: string): Program {
  if (!websocketBugs.includes(bug))
    throw new RangeError(`bug: got "${bug}", wanted one of ${websocketBugs.join(', ')}`)
  return async (env) => {
    for await (const connection of await env.net.listen(port))
      env.spawn(() =>
        quietly(async () => {
          const socket = await acceptStream(env, connection, { keepAlive, fragmentSize: 700 })
          if (socket !== null) await answer(env, socket, bug)
        }),
      )
  }
}

async function answer(env: Env, socket: WebSocketConnection, bug: string): Promise<void> {
  let name = ''
  void socket.closed.then(({ code, isClean }) => {
    env.probe('ws.closed', {
      connection: name,
      role: 'server',
      code: bug === 'other-code' ? 1001 : code,
      isClean,
    })
    return undefined
  })
  for await (const message of socket) {
    if (message.kind !== 'text') continue
    name = publish(env, message.text, 'server')
    const isStruck = env.random.boolean(0.05)
    await socket.send(bug === 'cuts-messages' && isStruck ? message.text.slice(0, -1) : message.text)
    if (bug === 'twice' && isStruck) await socket.send(message.text)
  }
}

/** Opens one connection after the other, and sends on each so many messages. */
export function echoClient(server: string, bug: string): Program {
  return async (env) => {
    for (let count = 1; ; count++) {
      await quietly(() => talk(env, { server, bug, name: `${env.name}/${env.incarnation}/${count}` }))
      await env.sleep(ms(100))
    }
  }
}

interface Talk {
  readonly server: string
  readonly bug: string
  readonly name: string
}

async function talk(env: Env, { server, bug, name }: Talk): Promise<void> {
  // How long a peer is silent, and may be, is then measured by a clock that somebody sets; what is published is not.
  const ear = new Ear(env)
  const listening = listenTo(env, ear)
  const socket = await connectWebSocket(bug === 'wall-clock' ? withWallClock(listening) : listening, {
    host: server,
    port,
    timeout: seconds(2),
    fragmentSize: 500,
    keepAlive: bug === 'never-asks' ? null : keepAlive,
    closeTimeout,
  })
  const random = env.randomFor('workload')
  void socket.closed.then(({ code, isClean, reason }) => {
    env.probe('ws.closed', { connection: name, role: 'client', code, isClean })
    if (reason === silent) env.probe('ws.gave-up', { connection: name, ns: ear.silence })
    env.probe('ws.silent', { connection: name, ns: ear.takeLongest() })
    return undefined
  })
  for (let seq = 1; seq <= 30; seq++) {
    const text = messageOf(name, seq, Math.floor(random.float() * sizeMax))
    if (env.admits('echo')) {
      const operation = env.invoke({ f: 'echo', value: seq, process: `${name}/${seq}` })
      await socket.send(text)
      const message = await socket.receive()
      if (message === null) {
        operation.info('the connection ended')
        return
      }
      if (message.kind === 'text') publish(env, message.text, 'client')
      env.probe('ws.silent', { connection: name, ns: ear.takeLongest() })
      operation.ok(seq)
    }
    await env.sleep(Math.floor(random.exponential(ms(60))) as Duration)
  }
  await socket.close(4000, 'done')
}

/** Why a connection ended that was given up. */
const silent = 'the peer does not answer'

/** When bytes came, by a clock that nobody sets. */
class Ear {
  readonly #env: Env
  #heardAt: Instant
  #longest: Duration = ms(0)

  constructor(env: Env) {
    this.#env = env
    this.#heardAt = env.clock.monotonic()
  }

  /** How long nothing has come. */
  get silence(): Duration {
    return between(this.#heardAt, this.#env.clock.monotonic())
  }

  hear(): void {
    if (this.silence > this.#longest) this.#longest = this.silence
    this.#heardAt = this.#env.clock.monotonic()
  }

  /** The longest time in which nothing came since this was asked last. */
  takeLongest(): Duration {
    const longest = this.silence > this.#longest ? this.silence : this.#longest
    this.#longest = ms(0)
    return longest
  }
}

function listenTo(env: Env, ear: Ear): Env {
  const connect: Env['net']['connect'] = async (host, at, options) => {
    const connection = await env.net.connect(host, at, options)
    return altered(connection, 'read', async () => {
      const bytes = await connection.read()
      ear.hear()
      return bytes
    })
  }
  return altered(env, 'net', altered(env.net, 'connect', connect))
}

function messageOf(name: string, seq: number, size: number): string {
  const fill = 'ß'.repeat(size)
  return `${name} ${seq} ${size} ${fill}`
}

/** Says that a message was heard; the name of the connection that stands in it. */
function publish(env: Env, text: string, role: 'client' | 'server'): string {
  const [name = '', seq = '', size = ''] = text.split(' ', 3)
  const isWhole = text === messageOf(name, Number(seq), Number(size))
  env.probe('ws.heard', { connection: `${name} ${role}`, seq: Number(seq), isWhole })
  return name
}

/** Connections break: another one follows. */
async function quietly(task: () => Promise<void>): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (!(error instanceof NetError || error instanceof HandshakeError)) throw error
  }
}

/** Messages arrive whole, in their order, and at most once for each connection and direction. */
export const messagesArrive: Invariant = fold({
  name: 'messages arrive whole, in order, at most once',
  kinds: ['probe'],
  unit: 'messages heard',
  initial: () => ({ last: new Map<string, number>(), looked: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'ws.heard') return null
    const { connection, seq, isWhole } = value as { connection: string; seq: number; isWhole: boolean }
    state.looked++
    const last = state.last.get(connection) ?? 0
    state.last.set(connection, seq)
    if (!isWhole) return `a message was not whole\n${seq} of ${connection}`
    return seq > last
      ? null
      : `a message came after a later one, or again\n${seq} of ${connection}, after ${last}`
  },
  looked: ({ looked }) => looked,
})

/** Where both ends closed by close frames, both know the same code; where one did not, it knows 1006 or its own reason to give up. */
export const closesAgree: Invariant = fold({
  name: 'both ends know the same close code, or that there was none',
  kinds: ['probe'],
  unit: 'connections closed',
  initial: () => ({ clean: new Map<string, number>(), looked: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'ws.closed') return null
    const { connection, code, isClean } = value as { connection: string; code: number; isClean: boolean }
    // Broken before anything came: the server does not know whose it was.
    if (connection === '') return null
    state.looked++
    if (!isClean)
      return [1006, 4000].includes(code) ? null : `a connection broke with a code that nobody sent\n${code}`
    const other = state.clean.get(connection)
    state.clean.set(connection, code)
    return other === undefined || other === code
      ? null
      : `two ends know different codes\n${connection}: ${other} and ${code}`
  },
  looked: ({ looked }) => looked,
})

/** A peer from which something comes is not given up as silent. */
export const answeringAreKept: Invariant = fold({
  name: 'a peer that answers is not given up',
  kinds: ['probe'],
  unit: 'peers given up',
  initial: () => ({ looked: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'ws.gave-up') return null
    const { connection, ns } = value as { connection: string; ns: number }
    state.looked++
    return ns > keepAlive.within
      ? null
      : `a live connection was given up\n${connection} had heard something ${ns / 1e6} ms before`
  },
  looked: ({ looked }) => looked,
})

/** A peer that is gone without a word is noticed: a client's connection is silent no longer than that. */
export const deadAreNoticed: Invariant = fold({
  name: 'a peer that is gone is noticed in time',
  kinds: ['probe'],
  unit: 'times of silence',
  initial: () => ({ looked: 0 }),
  on: (state, { name, value }) => {
    if (name !== 'ws.silent') return null
    const { connection, ns } = value as { connection: string; ns: number }
    state.looked++
    return ns <= noticedWithin
      ? null
      : `a dead connection was kept\n${connection} heard nothing for ${ns / 1e6} ms`
  },
  looked: ({ looked }) => looked,
})
