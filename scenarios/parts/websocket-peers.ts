// An echo over WebSocket, clients that talk to it over one connection after the other, and what must hold of these connections.
//
// | probe       | value                         | when                                                          |
// | ----------- | ----------------------------- | ------------------------------------------------------------- |
// | `ws.heard`  | {connection, seq, isWhole}    | an end receives a message: its number, and whether it is whole |
// | `ws.silent` | {connection, ns}              | how long a client heard nothing, when it hears or gives up|
// | `ws.closed` | {connection, role, code, isClean} | an end knows how its connection ended                     |

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
  type Invariant,
  ms,
  NetError,
  type Program,
  seconds,
} from '../../sim/index.ts'

/** The bugs that can be planted. */
export const websocketBugs: readonly string[] = ['none', 'cuts-messages', 'twice', 'other-code', 'never-asks']

const port = 9001
const keepAlive = { every: seconds(1), within: seconds(2) }
/** When a client has given up a connection on which nothing comes: `within`, one more `every`, and a pause of its own machine. */
const noticedWithin = seconds(5)
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
  const socket = await connectWebSocket(env, {
    host: server,
    port,
    timeout: seconds(2),
    fragmentSize: 500,
    keepAlive: bug === 'never-asks' ? null : keepAlive,
  })
  const random = env.randomFor('workload')
  let heardAt = env.clock.monotonic()
  void socket.closed.then(({ code, isClean }) => {
    env.probe('ws.closed', { connection: name, role: 'client', code, isClean })
    env.probe('ws.silent', { connection: name, ns: between(heardAt, env.clock.monotonic()) })
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
      env.probe('ws.silent', { connection: name, ns: between(heardAt, env.clock.monotonic()) })
      heardAt = env.clock.monotonic()
      operation.ok(seq)
    }
    await env.sleep(Math.floor(random.exponential(ms(60))) as Duration)
  }
  heardAt = env.clock.monotonic()
  await socket.close(4000, 'done')
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
