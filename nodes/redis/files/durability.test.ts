// Files exchanged with real servers: our server goes on where a real one stopped, and the other way round.

import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { findProgram } from '../../../sim/real/testing/programs.ts'
import { RealNode, type RealNodeEnd } from '../../../sim/index.ts'
import { freePort } from '../../../sim/real/testing/both.ts'
import { redis, redisPort } from '../index.ts'
import { Wire } from '../testing/wire.ts'
import { restoreValue } from './rdb/dump.ts'
import { fill } from './testing/all-types.ts'
import { plain } from './testing/plain-value.ts'
import { RealRedis } from './testing/real-redis.ts'

const program = findProgram('redis-server')
const aofChecker = findProgram('redis-check-aof', 'redis-server')
const rdbChecker = findProgram('redis-check-rdb', 'redis-server')
const run = promisify(execFile)

let folder = ''
let files = ''
const open: (() => Promise<void>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-durability-'))
  files = join(folder, 'files')
  await mkdir(files)
})

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
  await rm(folder, { recursive: true })
})

describe('our server', () => {
  test('has after a restart what it acknowledged, with each policy of the append-only file', async () => {
    for (const policy of ['always', 'everysec', 'no']) {
      await using(await ours({ appendonly: 'yes', appendfsync: policy }), async (wire) => {
        for (let number = 0; number < 50; number++)
          await wire.ask('SET', `${policy} ${number}`, `value ${number}`)
      })
      await using(await ours({ appendonly: 'yes', appendfsync: policy }), async (wire) => {
        for (let number = 0; number < 50; number++)
          expect(await text(wire, 'GET', `${policy} ${number}`)).toBe(`value ${number}`)
      })
    }
  })

  test('saves a snapshot when asked to and when it stops, and has it after a restart', async () => {
    await using(await ours({}), async (wire) => {
      await wire.ask('SET', 'key', 'value')
      expect(await text(wire, 'SAVE')).toBe('OK')
      await wire.ask('SET', 'not saved', 'value')
    })
    await using(await ours({ save: '3600 1' }), async (wire) => {
      expect([await text(wire, 'GET', 'key'), await text(wire, 'GET', 'not saved')]).toEqual(['value', null])
      expect(await text(wire, 'BGSAVE')).toBe('Background saving started')
      await wire.ask('SET', 'saved at the end', 'value')
    })
    await using(await ours({}), async (wire) => {
      expect(await text(wire, 'GET', 'saved at the end')).toBe('value')
    })
  })

  test('reloads what it saves, and does not bring back what has expired', async () => {
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      await wire.ask('SET', 'key', 'value')
      await wire.ask('SET', 'gone', 'value', 'PX', '1')
      await wire.ask('RPUSH', 'list', 'a', 'b')
      expect(await text(wire, 'DEBUG', 'RELOAD')).toBe('OK')
      expect([await text(wire, 'GET', 'key'), await text(wire, 'LINDEX', 'list', '1')]).toEqual([
        'value',
        'b',
      ])
    })
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      expect([await text(wire, 'GET', 'gone'), await text(wire, 'LPOP', 'list')]).toEqual([null, 'a'])
    })
  })

  test('restores what it dumps, and refuses what is damaged', async () => {
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      await wire.ask('RPUSH', 'list', 'a', 'b')
      const dump = (await text(wire, 'DUMP', 'list')) ?? ''
      expect(await text(wire, 'RESTORE', 'list', '0', dump)).toContain('BUSYKEY')
      expect(await text(wire, 'RESTORE', 'copy', '0', `${dump}x`)).toContain('version or checksum')
      expect(await text(wire, 'RESTORE', 'copy', '100000', dump)).toBe('OK')
      expect(Number(await text(wire, 'PTTL', 'copy'))).toBeGreaterThan(50_000)
    })
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      expect(await text(wire, 'LINDEX', 'copy', '1')).toBe('b')
      expect(Number(await text(wire, 'PTTL', 'copy'))).toBeGreaterThan(50_000)
    })
  })

  test('rewrites its append-only file while clients write, and loses nothing', async () => {
    await using(await ours({ appendonly: 'yes', appendfsync: 'always' }), async (wire) => {
      const keys = Array.from({ length: 3000 }, (_, number) => `key ${number}`)
      await wire.askAll(keys.map((key) => ['ZADD', key, '1', 'x'.repeat(200)]))
      expect(await text(wire, 'BGREWRITEAOF')).toBe('Background append only file rewriting started')
      await wire.askAll(keys.map((key) => ['ZINCRBY', key, '1', 'x'.repeat(200)]))
      await untilRewritten()
      await wire.askAll(keys.slice(0, 10).map((key) => ['ZINCRBY', key, '1', 'x'.repeat(200)]))
    })
    expect((await readdir(join(files, 'appendonlydir'))).sort()).toEqual([
      'appendonly.aof.2.base.rdb',
      'appendonly.aof.2.incr.aof',
      'appendonly.aof.manifest',
    ])
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      expect(await text(wire, 'ZSCORE', 'key 5', 'x'.repeat(200))).toBe('3')
      expect(await text(wire, 'ZSCORE', 'key 2999', 'x'.repeat(200))).toBe('2')
    })
  })

  test.each(['yes', 'no'])('keeps libraries of functions (appendonly %s)', async (appendonly) => {
    await using(await ours({ appendonly }), async (wire) => {
      expect(await text(wire, 'FUNCTION', 'LOAD', library('one', 1))).toBe('one')
      expect(await text(wire, 'FUNCTION', 'LOAD', library('two', 2))).toBe('two')
      expect(await text(wire, 'FUNCTION', 'DELETE', 'two')).toBe('OK')
      await wire.ask(appendonly === 'yes' ? 'BGREWRITEAOF' : 'SAVE')
      if (appendonly === 'yes') await untilRewritten()
      expect(await text(wire, 'FUNCTION', 'LOAD', library('late', 3))).toBe('late')
      if (appendonly === 'no') expect(await text(wire, 'DEBUG', 'RELOAD')).toBe('OK')
    })
    await using(await ours({ appendonly }), async (wire) => {
      expect(await text(wire, 'FCALL', 'one', '0')).toBe('1')
      expect(await text(wire, 'FCALL', 'two', '0')).toContain('Function not found')
      expect(await text(wire, 'FCALL', 'late', '0')).toBe('3')
    })
  })

  test('begins to append when it is told to while it runs', async () => {
    await using(await ours({}), async (wire) => {
      await wire.ask('SET', 'before', '1')
      expect(await text(wire, 'CONFIG', 'SET', 'appendonly', 'yes')).toBe('OK')
      await untilRewritten()
      await wire.ask('SET', 'after', '2')
    })
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      expect([await text(wire, 'GET', 'before'), await text(wire, 'GET', 'after')]).toEqual(['1', '2'])
    })
  })
})

describe.skipIf(program === null || aofChecker === null || rdbChecker === null)('with a real server', () => {
  test('a real server goes on with our append-only file, and we with what it made of it', async () => {
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      await wire.ask('SET', 'key', 'of ours')
      await wire.ask('SELECT', '7')
      await wire.ask('ZADD', 'counter', '41', 'm')
      await wire.ask('FUNCTION', 'LOAD', library('seven', 7))
      await wire.ask('BGREWRITEAOF')
      await untilRewritten()
    })
    const { stdout } = await run(aofChecker ?? '', [join(files, 'appendonlydir', 'appendonly.aof.manifest')])
    expect(stdout).toContain('All AOF files and manifest are valid')
    const real = await RealRedis.start(program ?? '', files, ['--appendonly', 'yes'])
    open.push(() => real.stop())
    expect(await real.call('GET', 'key')).toBe('of ours')
    expect(await real.call('FCALL', 'seven', 0)).toBe(7)
    await real.call('SELECT', 7)
    expect(await real.call('ZINCRBY', 'counter', 1, 'm')).toBe('42')
    await real.stop('SIGTERM')
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      await wire.ask('SELECT', '7')
      expect(await text(wire, 'ZSCORE', 'counter', 'm')).toBe('42')
      await wire.ask('ZINCRBY', 'counter', '1', 'm')
    })
    await run(aofChecker ?? '', [join(files, 'appendonlydir', 'appendonly.aof.manifest')])
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      await wire.ask('SELECT', '7')
      expect(await text(wire, 'ZSCORE', 'counter', 'm')).toBe('43')
    })
  })

  test.each(['yes', 'no'])(
    'has every type that a real server saved (appendonly %s), and gives it back',
    async (appendonly) => {
      const real = await RealRedis.start(program ?? '', files, ['--appendonly', appendonly])
      open.push(() => real.stop())
      await fill(real)
      if (appendonly === 'yes') await rewritten(real)
      else await real.call('SAVE')
      const dumps = await dumpsOf(real)
      await real.stop('SIGTERM')
      await using(await ours({ appendonly }), async (wire) => {
        for (const [key, dump] of dumps) {
          const mine = restoreValue((await text(wire, 'DUMP', key)) ?? '')
          expect([key, plain(mine)]).toEqual([key, plain(restoreValue(dump))])
        }
        expect(await text(wire, 'FCALL', 'f', '0')).toBe('1')
        if (appendonly === 'yes') await wire.ask('BGREWRITEAOF')
        else await wire.ask('SAVE')
        if (appendonly === 'yes') await untilRewritten()
      })
      const again = await RealRedis.start(program ?? '', files, ['--appendonly', appendonly])
      open.push(() => again.stop())
      for (const [key, dump] of dumps) {
        const theirs = restoreValue(String(await again.call('DUMP', key)))
        expect([key, plain(theirs)]).toEqual([key, plain(restoreValue(dump))])
      }
      expect(await again.call('FCALL', 'f', 0)).toBe(1)
    },
  )

  test('our replica that was restarted goes on with a real master from its snapshot', async () => {
    const master = await RealRedis.start(program ?? '', folder, ['--repl-diskless-sync-delay', '0'])
    open.push(() => master.stop())
    const replicaof = `127.0.0.1 ${master.port}`
    await master.call('SELECT', 3)
    await master.call('SET', 'a', '1')
    await using(await ours({ replicaof }), async (wire) => {
      expect(await master.call('WAIT', 1, 5000)).toBe(1)
      await master.call('SET', 'b', '2')
      expect(await master.call('WAIT', 1, 5000)).toBe(1)
      expect(await text(wire, 'SAVE')).toBe('OK')
    })
    await master.call('SET', 'c', '3')
    await using(await ours({ replicaof }), async (wire) => {
      expect(await master.call('WAIT', 1, 5000)).toBe(1)
      await wire.ask('SELECT', '3')
      expect([await text(wire, 'GET', 'b'), await text(wire, 'GET', 'c')]).toEqual(['2', '3'])
    })
    expect(await master.call('INFO', 'stats')).toMatch(/sync_full:1\r\nsync_partial_ok:1\r\n/)
  })

  test('cuts a torn tail, and refuses to start where what was synced is damaged', async () => {
    await using(await ours({ appendonly: 'yes', appendfsync: 'always' }), async (wire) => {
      for (let number = 0; number < 20; number++) await wire.ask('SET', `key ${number}`, 'value')
    })
    const path = join(files, 'appendonlydir', 'appendonly.aof.1.incr.aof')
    const whole = await readFile(path)
    await truncate(path, whole.length - 5)
    await using(await ours({ appendonly: 'yes' }), async (wire) => {
      expect([await text(wire, 'GET', 'key 18'), await text(wire, 'GET', 'key 19')]).toEqual(['value', null])
    })
    await run(aofChecker ?? '', [join(files, 'appendonlydir', 'appendonly.aof.manifest')])
    const middle = Math.floor(whole.length / 2)
    whole.writeUInt8((whole[middle] ?? 0) ^ 1, middle)
    await writeFile(path, whole)
    const { node } = await ours({ appendonly: 'yes' })
    expect(await node.ended).toMatchObject({ code: 1 })
  })
})

/** A library with one function of its own name, which returns a number. */
function library(name: string, number: number): string {
  return `#!lua name=${name}\nredis.register_function('${name}', function() return ${number} end)`
}

interface Ours {
  readonly port: number
  readonly node: RealNode
}

/** Our server on the test's folder, which is loading yet. */
async function ours(settings: Readonly<Record<string, string>>): Promise<Ours> {
  const parameters = { 'enable-debug-command': 'yes', ...settings }
  const port = await freePort()
  const listen = new Map([[redisPort, { host: '127.0.0.1', port }]])
  const node = new RealNode({ name: 'redis', program: redis, parameters, listen, data: folder })
  await node.start()
  return { port, node }
}

async function using({ port, node }: Ours, act: (wire: Wire) => Promise<void>): Promise<void> {
  let end: RealNodeEnd | null = null
  void node.ended.then((ended) => void (end = ended))
  try {
    const wire = await connected(port, () => end)
    await act(wire)
    wire.close()
  } finally {
    await node.stop()
  }
}

async function connected(port: number, end: () => RealNodeEnd | null): Promise<Wire> {
  for (;;) {
    const ended = end()
    if (ended !== null) throw new Error(`the server has ended: ${JSON.stringify(ended)}`)
    const wire = await Wire.open(port).catch(() => null)
    if (wire !== null) return wire
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

async function text(wire: Wire, ...args: readonly string[]): Promise<string | null> {
  const reply = await wire.ask(...args)
  return reply !== null && 'text' in reply ? reply.text : null
}

/** Until the folder holds a base and one increment, and the manifest no more than those. */
async function untilRewritten(): Promise<void> {
  const path = join(files, 'appendonlydir', 'appendonly.aof.manifest')
  for (let tries = 0; tries < 500; tries++) {
    const lines = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n')
    if (lines.length === 2 && lines[0]?.includes('.base.') === true && !lines[1]?.includes('.0.')) {
      const [base, increment] = lines.map((line) => Number(/seq (\d+)/.exec(line)?.[1]))
      if (increment !== undefined && base !== undefined && base + increment > 2) return
      if (base === 1 && increment === 1 && tries > 5) return
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the append-only file was not rewritten')
}

async function rewritten(real: RealRedis): Promise<void> {
  await real.call('BGREWRITEAOF')
  for (let tries = 0; tries < 500; tries++) {
    if (String(await real.call('INFO', 'persistence')).includes('aof_rewrite_in_progress:0')) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function dumpsOf(real: RealRedis): Promise<readonly (readonly [string, string])[]> {
  await real.call('SELECT', 0)
  const keys = (await real.call('KEYS', '*')) as readonly string[]
  const dumps: (readonly [string, string])[] = []
  for (const key of keys) dumps.push([key, String(await real.call('DUMP', key))])
  return dumps
}
