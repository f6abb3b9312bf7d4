// Servers and clients of a small protocol over TCP: who asks says all of it and ends its side, and is then told how much that
// was and what it came to; who begins with `*` is sent a flood, and takes its time with it.

import { always, fold, on } from '../../invariants/index.ts'
import {
  type Connection,
  type Data,
  type Env,
  type Invariant,
  ms,
  NetError,
  type Program,
  type RandomStream,
  seconds,
} from '../../sim/index.ts'

const floodSize = 4 * 1024 * 1024
const pieceSize = 32 * 1024
const answerTimeout = seconds(4)
/** As much as may be on its way: the windows of two connections and what a relay holds between them. */
const onItsWayMax = 1024 * 1024

/** Answers on port 80. */
export const tcpServer: Program = async (env) => {
  for await (const connection of await env.net.listen(80))
    env.spawn(() => unlessBroken(() => serve(env, connection)))
}

async function serve(env: Env, connection: Connection): Promise<void> {
  let [size, sum] = [0, 0]
  for await (const bytes of connection) {
    if (size === 0 && bytes[0] === 42) return flood(env, connection)
    size += bytes.length
    for (const byte of bytes) sum = (sum * 31 + byte) % 1_000_003
  }
  await env.sleep(ms(env.random.int(1, 20)))
  await connection.write(`${size} ${sum}\n`)
  connection.end()
}

async function flood(env: Env, connection: Connection): Promise<void> {
  for (let sent = 0; sent < floodSize; sent += pieceSize) {
    await connection.write(new Uint8Array(pieceSize))
    env.probe('tcp.flooded', pieceSize)
  }
  connection.end()
}

/** Asks now and then; an answer is recorded as it came, however short. */
export const tcpClient: Program = (env) => {
  const random = env.randomFor('workload')
  env.spawn(async () => {
    for (let count = 1; ; count++) {
      await env.sleep(ms(random.int(10, 100)))
      const said = sayings(random)
      if (env.admits('CALL')) await ask(env, said, `${env.name}.${env.incarnation}.${count}`)
    }
  })
}

function sayings(random: RandomStream): readonly Uint8Array[] {
  return Array.from({ length: random.int(1, 4) }, () => {
    const fill = random.int(1, 40)
    return new Uint8Array(random.int(1, 30_000)).fill(fill)
  })
}

async function ask(env: Env, said: readonly Uint8Array[], process: string): Promise<void> {
  let [size, sum] = [0, 0]
  for (const piece of said) {
    size += piece.length
    for (const byte of piece) sum = (sum * 31 + byte) % 1_000_003
  }
  const operation = env.invoke({ f: 'CALL', key: `${size} ${sum}\n`, process })
  try {
    const connection = await env.net.connect('lb', 80, { timeout: seconds(1) })
    // A reset that is lost is sent by nobody again: who only listens would wait for ever.
    const timer = env.timers.after(answerTimeout, () => {
      connection.reset()
    })
    for (const piece of said) await connection.write(piece)
    connection.end()
    operation.ok(await textOf(connection))
    timer.cancel()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
    operation.info(error.code)
  }
}

async function textOf(connection: Connection): Promise<string> {
  let text = ''
  for await (const bytes of connection) text += new TextDecoder('latin1').decode(bytes)
  return text
}

/** Asks for a flood, and reads a piece of it each tenth of a second. */
export const slowReader: Program = (env) => {
  env.spawn(async () => {
    for (;;) {
      await env.sleep(seconds(1))
      await unlessBroken(async () => {
        const connection = await env.net.connect('lb', 80, { timeout: seconds(1) })
        await connection.write('*')
        for await (const bytes of connection) {
          env.probe('tcp.taken', bytes.length)
          await env.sleep(ms(100))
        }
        connection.end()
      })
    }
  })
}

async function unlessBroken(task: () => Promise<void>): Promise<void> {
  try {
    await task()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
  }
}

/** What ends in order is whole: a connection that broke on the way must not look like one that ended. */
export const answersAreWhole: Invariant = always(
  'an answer is about all that was said, and whole',
  on('operation', ({ phase, key, value }) => (phase === 'ok' ? value === key : undefined)),
  ({ key, value }) => `wanted ${JSON.stringify(key)}, got ${JSON.stringify(value)}`,
)

/** For one who reads slowly no more is held than is usual for what is on its way. */
export const littleIsHeld: Invariant = fold({
  name: 'little is held for who reads slowly',
  kinds: ['probe', 'crash'],
  unit: 'pieces of a flood',
  initial: () => ({ flooded: 0, taken: 0, pieces: 0 }),
  on: (state, event) => {
    // What was on its way to or from who crashed is gone.
    if (event.kind === 'crash') state.flooded = state.taken
    else if (event.name === 'tcp.taken') state.taken += sizeOf(event.value)
    else if (event.name === 'tcp.flooded') {
      state.flooded += sizeOf(event.value)
      state.pieces++
      if (state.flooded - state.taken > onItsWayMax) return `more than ${onItsWayMax} bytes are on their way`
    }
    return null
  },
  looked: ({ pieces }) => pieces,
})

function sizeOf(value: Data): number {
  return typeof value === 'number' ? value : 0
}
