// Peers of a chat that begin something and never end it, in each way there is: they hold connections, and some send a byte of it now
// and then.
//
// | probe          | value    | when                                                                  |
// | -------------- | -------- | --------------------------------------------------------------------- |
// | `peer.holding` | {by, ns} | every half second: how long a connection has been held, and in which way |

import { readOver } from './slow-peer.ts'
import { fold } from '../../invariants/index.ts'
import { chatPort, chatWebPort } from '../../nodes/chat/index.ts'
import { encodeFrame, opcodes } from '../../nodes/websocket/index.ts'
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

interface Way {
  readonly by: string
  readonly port: number
  /** What is said at once, by somebody of that name. */
  readonly opening: (nick: string) => readonly (string | Uint8Array)[]
  /** Whether a byte is sent now and then. */
  readonly drips: boolean
}

const upgrade = [
  'GET /socket HTTP/1.1',
  'Host: chat',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

const hello = (nick: string): string => JSON.stringify({ kind: 'hello', nick, secret: null })
const frame = (text: string): Uint8Array =>
  encodeFrame({
    opcode: opcodes.text,
    payload: new TextEncoder().encode(text),
    maskingKey: Uint8Array.of(0, 0, 0, 0),
  })

/** The ways to hold a connection. */
const ways: readonly Way[] = [
  { by: 'no name', port: chatPort, opening: () => ['/nic'], drips: true },
  { by: 'half a line', port: chatPort, opening: (nick) => [`/nick ${nick}\n/join lobby\nwel`], drips: true },
  {
    by: 'half a line of JSON',
    port: chatPort,
    opening: (nick) => [`${hello(nick)}\n{"kind":`],
    drips: false,
  },
  { by: 'no request', port: chatWebPort, opening: () => [], drips: false },
  { by: 'half a head', port: chatWebPort, opening: () => ['GET / HTTP/1.1\r\nX-Slow: '], drips: true },
  { by: 'no name over WebSocket', port: chatWebPort, opening: () => [upgrade], drips: false },
  {
    by: 'half a frame',
    port: chatWebPort,
    opening: (nick) => [upgrade, frame(hello(nick)), frame('x'.repeat(100)).subarray(0, 20)],
    drips: true,
  },
]

/** A peer that opens one connection after the other, each half second, and lets go of none. */
export function slowTalker(server: string): Program {
  return (env) => {
    let count = 0
    env.timers.every(ms(500), () => {
      const way = ways[count % ways.length]
      count++
      if (way !== undefined)
        env.spawn(() => hold(env, server, way, `${env.name}-${env.incarnation}-${count}`))
    })
  }
}

async function hold(env: Env, server: string, way: Way, nick: string): Promise<void> {
  try {
    const connection = await env.net.connect(server, way.port, { timeout: seconds(1) })
    const held = { isOpen: true }
    env.spawn(async () => {
      await readOver(connection)
      held.isOpen = false
    })
    for (const part of way.opening(nick)) await connection.write(part)
    const since = env.clock.monotonic()
    while (held.isOpen) {
      await env.sleep(ms(500))
      if (held.isOpen) env.probe('peer.holding', { by: way.by, ns: between(since, env.clock.monotonic()) })
      if (way.drips) await connection.write('x')
    }
  } catch (error) {
    // Turned away, timed out or cut off: another one follows.
    if (!(error instanceof NetError)) throw error
  }
}

/** Nobody holds a connection for longer by what they never end. */
export function connectionsAreTakenBack(within: Duration): Invariant {
  return fold({
    name: 'a connection is taken back from who never ends what they began',
    kinds: ['probe'],
    unit: 'connections held',
    initial: () => ({ looked: 0 }),
    on: (state, { name, value }) => {
      if (name !== 'peer.holding') return null
      const { by, ns } = value as { by: string; ns: number }
      state.looked++
      return ns <= within ? null : `a connection was held for too long\nby ${by}: ${ns / 1e6} ms`
    },
    looked: ({ looked }) => looked,
  })
}
