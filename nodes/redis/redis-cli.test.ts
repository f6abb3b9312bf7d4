// redis-cli against our server: its prompt asks COMMAND DOCS, its pipe mode streams, its scan scans.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startOurRedis } from './testing/our-redis.ts'
import { findProgram } from '../../sim/real/testing/programs.ts'
import type { Served } from '../../sim/real/testing/served.ts'

const path = findProgram('redis-cli', 'redis-tools')

describe.skipIf(path === null)('redis-cli', () => {
  let server: Served
  beforeAll(async () => {
    server = await startOurRedis()
  })
  afterAll(async () => {
    await server.stop()
  })

  function cli(args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        path ?? '',
        ['-p', `${server.port}`, ...args],
        { timeout: 10_000 },
        (error, stdout) => {
          if (error === null) resolve(stdout)
          else reject(error)
        },
      )
      child.stdin?.end(input)
    })
  }

  test('sets and gets in both protocols', async () => {
    expect(await cli(['SET', 'greeting', 'hello world'])).toBe('OK\n')
    expect(await cli(['-3', 'GET', 'greeting'])).toBe('hello world\n')
    expect(await cli(['-3', '--no-raw', 'HGETALL', 'nothing'])).toBe('(empty hash)\n')
  })

  test('reads commands from its input, and scans', async () => {
    expect(await cli([], 'RPUSH list a b\nLRANGE list 0 -1\nNOSUCH\n')).toContain('2\na\nb\n')
    expect((await cli(['--scan'])).trim().split('\n').sort()).toEqual(['greeting', 'list'])
  })

  test('pipes many commands at once', async () => {
    const commands = Array.from({ length: 1000 }, (_, at) => `SET key:${at} ${at}\r\n`).join('')
    expect(await cli(['--pipe'], commands)).toContain('errors: 0, replies: 1000')
    expect(await cli(['DBSIZE'])).toBe('1002\n')
  })

  test('shows what the server says of itself', async () => {
    expect(await cli(['INFO', 'server'])).toContain('redis_version:7.0')
    expect(await cli(['CONFIG', 'GET', 'maxmemory'])).toBe('maxmemory\n0\n')
    expect(await cli(['CLIENT', 'LIST'])).toContain('cmd=client|list')
  })

  test('fetches a snapshot of everything, and one of functions alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'redis-cli-'))
    const [all, functions] = ['all', 'functions'].map((name) => join(folder, name)) as [string, string]
    await cli(['SET', 'a-key', 'a value'])
    await cli(['FUNCTION', 'LOAD', "#!lua name=mine\nredis.register_function('f', function() return 1 end)"])
    await cli(['--rdb', all])
    await cli(['--functions-rdb', functions])
    const holds = (file: string): readonly boolean[] =>
      ['a-key', 'name=mine'].map((text) => readFileSync(file, 'latin1').includes(text))
    expect([holds(all), holds(functions)]).toEqual([
      [true, true],
      [false, true],
    ])
    rmSync(folder, { recursive: true })
    expect(await cli(['REPLCONF', 'rdb-filter-only', ''])).toBe('OK\n')
    expect(await cli(['REPLCONF', 'rdb-filter-only', 'functions x'])).toBe(
      'ERR Unsupported rdb-filter-only option: x\n\n',
    )
  })
})
