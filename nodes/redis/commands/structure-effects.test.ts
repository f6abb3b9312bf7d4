import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Env } from '../../../sim/index.ts'
import { Client, silentOutput } from '../client.ts'
import { execute } from '../execute.ts'
import { RequestDecoder } from '../resp/request-decoder.ts'
import { Server } from '../server.ts'
import { redisServerPath, startRealRedis } from '../testing/real-redis.ts'
import { Wire } from '../testing/wire.ts'
import { commandTable } from './index.ts'

/** Commands of which copies have to hear something else than what was said. */
const commands: readonly (readonly string[])[] = [
  ['GEOADD', 'geo', 'CH', '13.361389', '38.115556', 'Palermo'],
  ['ZADD', 'z', '1', 'a', '2', 'b', '3', 'c', '4', 'd'],
  ['ZADD', 'z', '1', 'a'],
  ['ZPOPMIN', 'z'],
  ['BZPOPMAX', 'z', '0'],
  ['ZMPOP', '1', 'z', 'MIN', 'COUNT', '9'],
  ['ZMPOP', '1', 'z', 'MIN'],
  ['PFADD', 'h', 'a'],
  ['PFCOUNT', 'h'],
  ['PFCOUNT', 'h'],
  ['SETBIT', 'b', '3', '1'],
  ['BITFIELD', 'b', 'GET', 'u8', '0'],
  ['XADD', 's', '5-*', 'f', 'v'],
  ['XADD', 's', 'MAXLEN', '~', '1', 'LIMIT', '5', '6-1', 'f', 'v'],
  ['XTRIM', 's', 'MAXLEN', '~', '0'],
  ['XADD', 's', '7-1', 'f', 'v'],
  ['XADD', 's', '8-1', 'f', 'v'],
  ['XGROUP', 'CREATE', 's', 'g', '0'],
  ['XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '1', 'STREAMS', 's', '>'],
  ['XREADGROUP', 'GROUP', 'g', 'n', 'NOACK', 'STREAMS', 's', '>'],
  ['XCLAIM', 's', 'g', 'c2', '0', '7-1', 'RETRYCOUNT', '7'],
  ['XAUTOCLAIM', 's', 'g', 'c3', '0', '-'],
  ['XACK', 's', 'g', '7-1'],
  ['XACK', 's', 'g', '7-1'],
]

function ourEffects(): readonly (readonly string[])[] {
  const env = Object.assign(Object.create(null), {
    name: 'server',
    clock: { wall: () => Date.now() * 1e6, monotonic: () => 0 },
    randomFor: () => ({ int: () => 0, bytes: (count: number) => new Uint8Array(count) }),
  }) as Env
  const server = new Server(env, commandTable())
  const told: (readonly string[])[] = []
  server.keyspace.effects.addSink((unit) => {
    for (const { args } of unit) told.push(args)
  })
  const db = server.keyspace.db(0)
  const user = server.defaultUser
  const client = new Client({
    id: 1,
    output: silentOutput,
    address: '',
    localAddress: '',
    now: 0,
    moment: 0,
    db,
    user,
    isAuthenticated: true,
  })
  const context = server.addClient(client)
  for (const args of commands) execute(context, args)
  return told
}

async function realEffects(): Promise<readonly (readonly string[])[]> {
  const real = await startRealRedis(
    '--appendonly',
    'yes',
    '--appendfsync',
    'always',
    '--aof-use-rdb-preamble',
    'no',
  )
  const wire = await Wire.open(real.port)
  try {
    await wire.askAll(commands)
    const folder = join(real.folder, 'appendonlydir')
    const file = readdirSync(folder).find((name) => name.includes('.incr.'))
    const decoder = new RequestDecoder()
    decoder.push(readFileSync(join(folder, file ?? '')))
    const told: (readonly string[])[] = []
    for (let args = decoder.next(); args !== null; args = decoder.next()) told.push(args)
    return told
  } finally {
    wire.close()
    await real.stop()
  }
}

/** Without what only frames them, and with times that differ made the same. */
function comparable(effects: readonly (readonly string[])[]): readonly string[] {
  return effects
    .map((args) =>
      args
        .join(' ')
        .replace(/TIME [0-9]+/, 'TIME now')

        // Ours leaves out the limit of a trim that has become exact: it means nothing there.
        .replace(' LIMIT 5', '')
        .replace(/^[a-zA-Z]+/, (name) => name.toUpperCase()),
    )
    .filter((text) => !/^(SELECT|MULTI|EXEC)/.test(text))
}

test.skipIf(redisServerPath === null)(
  'copies are told what a real server writes to its append-only file',
  async () => {
    expect(comparable(ourEffects())).toEqual(comparable(await realEffects()))
  },
)
