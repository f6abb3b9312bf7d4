// For tests: a scenario in which every kind of event occurs, on every seed: programs that touch all that a program may
// touch, and a fault plan that does the rest.

import type { Env, Program } from '../env.ts'
import type { Fault } from '../faults/index.ts'
import type { Goal } from '../goal.ts'
import { lan } from '../net/index.ts'
import { group, type Scenario, scenario } from '../scenario.ts'
import { type Instant, ms, seconds, us } from '../time.ts'

const at = (milliseconds: number): Instant => ms(milliseconds) as number as Instant
const everywhere = { from: 'any', to: 'any', isSymmetric: true } as const

/** Messages, timers, CPU, disk, streams, datagrams, names, operations, log lines and probes. */
export const busy: Program = (env) => {
  let count = 0
  env.onStop(() => env.log.warn('stopping'))
  env.messages.on('ping', (_message, source) => {
    env.probe('count', ++count)
    env.messages.send(source, { kind: 'pong', count })
  })
  env.messages.on('pong', () => env.cpu.charge(us(5)))
  env.timers.every(ms(10), () => env.messages.send(someone(env), { kind: 'ping' }))
  env.timers.every(ms(25), () => {
    for (let site = 0; site < 20; site++) env.buggify(`site-${site}`)
    env.timers.after(seconds(9), () => undefined).cancel()
  })
  for (const task of [keepJournal, gossip, serve, call, operate]) env.spawn(() => task(env))
}

function someone(env: Env): string {
  return env.random.pick(env.parameters['group'] as readonly string[])
}

async function keepJournal(env: Env): Promise<void> {
  for (let turn = 0; ; turn++) {
    await env.sleep(ms(20))
    const file = await env.disk.open('/journal', { create: true })
    await file.append(new Uint8Array(700).fill(turn))
    if (turn % 2 === 0) await file.sync()
    await file.read(0, 10)
    await file.close()
    await env.cpu.work(us(50))
    env.log.info('kept', { turn })
  }
}

async function gossip(env: Env): Promise<void> {
  const socket = await env.net.bind(9)
  env.timers.every(ms(15), () => {
    socket.send(someone(env), 9, `rumour ${env.random.int(0, 99)}`)
  })
  for await (const { bytes } of socket) env.probe('rumour', bytes.length)
}

async function serve(env: Env): Promise<void> {
  const server = await env.net.listen(7)
  for await (const connection of server)
    env.spawn(async () => {
      try {
        for await (const chunk of connection) await connection.write(chunk)
        connection.end()
      } catch {
        env.log.debug('a stream broke')
      }
    })
}

async function call(env: Env): Promise<void> {
  for (let turn = 0; ; turn++) {
    await env.sleep(ms(40))
    try {
      await env.net.resolve('service')
      const connection = await env.net.connect(someone(env), 7, { timeout: ms(100) })
      await connection.write(new Uint8Array(2_000).fill(turn))
      await connection.read()
      if (turn % 2 === 0) connection.end()
      else connection.reset()
    } catch {
      env.log.debug('a call failed')
    }
  }
}

async function operate(env: Env): Promise<void> {
  for (let turn = 0; ; turn++) {
    const operation = env.invoke({ f: 'turn', key: 'k', value: turn })
    await env.sleep(ms(30))
    if (turn % 3 === 0) operation.ok(turn)
    else if (turn % 3 === 1) operation.fail('no luck')
    else operation.info('who knows')
    if (turn === 12) env.exit(3)
  }
}

const crash = { kind: 'crash', connections: 'reset', disk: 'torn' } as const

/** What the programs do not bring about by themselves. */
export const everyFault: readonly Fault[] = [
  { kind: 'loss', links: everywhere, ratio: 0.1, at: at(50), for: ms(600) },
  { kind: 'duplication', links: everywhere, ratio: 0.2, at: at(50), for: ms(600) },
  { kind: 'misdirected-write', node: 'peer-2', at: at(200), for: ms(100) },
  { kind: 'bit-rot', node: 'peer-3', bits: 3, at: at(330) },
  { kind: 'pause', node: 'peer-3', at: at(100), for: ms(60) },
  { kind: 'stop', node: 'peer-1', grace: ms(5), at: at(210), for: ms(40) },
  { ...crash, node: 'peer-2', at: at(310), for: ms(50) },
  {
    ...crash,
    node: 'peer-3',
    for: ms(50),
    when: { kind: 'disk-request', where: { operation: 'sync' }, count: 24 },
  },
]

const anyProbe: Goal = {
  name: 'somebody publishes something',
  kinds: ['probe'],
  begin: () => {
    let isCounting = false
    let isReached = false
    return {
      on: () => (isReached ||= isCounting),
      count: () => (isCounting = true),
      isReached: () => isReached,
      lacking: () => 'nobody published anything',
    }
  },
}

/** Every kind of event, in some thousands of events of three nodes. */
export const everyKind: Scenario = scenario({
  title: 'every kind of event occurs',
  nodes: () => group('peer', 3, busy, { restartAfterExit: ms(30) }),
  network: lan({ streams: { window: 512, segmentMax: 256 } }),
  names: new Map([['service', 'peer-1']]),
  faults: everyFault,
  unrestricted: true,
  exitsAllowed: [3],
  liveness: { goal: anyProbe, within: ms(100), members: { peer: 3 } },
  duration: ms(700),
  settle: ms(100),
})
