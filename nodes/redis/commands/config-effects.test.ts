// Settings of how values are kept: the same lines to a real server and to ours, and every reply the same.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { shown } from '../testing/wire.ts'

const numbers = (count: number): string => Array.from({ length: count }, (_, at) => `${at}`).join(' ')
const pairs = (count: number): string => Array.from({ length: count }, (_, at) => `f${at} ${at}`).join(' ')
const scores = (count: number): string => Array.from({ length: count }, (_, at) => `${at} m${at}`).join(' ')
const filled = (prefix: string, max: number): readonly string[] =>
  [1, max - 1, max, max + 1, max + 2].flatMap((count) => [
    'DEL k',
    prefix === 'SADD'
      ? `SADD k ${numbers(count)}`
      : prefix === 'HSET'
        ? `HSET k ${pairs(count)}`
        : `ZADD k ${scores(count)}`,
    'OBJECT ENCODING k',
  ])
const entries = (count: number, value: string): readonly string[] =>
  Array.from({ length: count }, (_, at) => `XADD s ${at + 1}-1 field ${value}`)
const stream = ['XLEN s', 'XTRIM s MAXLEN ~ 10', 'XLEN s', 'DEL s']
const counter = (count: number): readonly string[] => [
  'DEL c',
  ...Array.from({ length: count }, (_, at) => `PFADD c e${at}`),
  'PFDEBUG ENCODING c',
  'PFCOUNT c',
  'STRLEN c',
]

const stories: readonly (readonly [title: string, lines: readonly string[]])[] = [
  [
    'hashes',
    [
      ...filled('HSET', 512).slice(0, 3),
      'CONFIG SET hash-max-listpack-entries 4',
      ...filled('HSET', 4),
      'CONFIG SET hash-max-ziplist-entries 2',
      ...filled('HSET', 2),
      'CONFIG SET hash-max-listpack-entries 512 hash-max-listpack-value 3',
      'HSET h a abc',
      'OBJECT ENCODING h',
      'HSET h a abcd',
      'OBJECT ENCODING h',
      'DEL h',
      'HSET h abcd a',
      'OBJECT ENCODING h',
      'CONFIG SET hash-max-listpack-entries 0',
      'HSET z a 1',
      'OBJECT ENCODING z',
      'CONFIG GET hash-max-*',
    ],
  ],
  [
    'sorted sets',
    [
      'CONFIG SET zset-max-listpack-entries 4',
      ...filled('ZADD', 4),
      'CONFIG SET zset-max-listpack-entries 128 zset-max-listpack-value 3',
      'ZADD z 1 abc',
      'OBJECT ENCODING z',
      'ZADD z 1 abcd',
      'OBJECT ENCODING z',
      'ZUNIONSTORE y 1 z',
      'OBJECT ENCODING y',
      'CONFIG SET zset-max-ziplist-entries 0',
      'DEL x',
      'ZADD x 1 a',
      'OBJECT ENCODING x',
      'ZRANGESTORE w y 0 -1',
      'OBJECT ENCODING w',
    ],
  ],
  [
    'sets',
    [
      'CONFIG SET set-max-intset-entries 4',
      ...filled('SADD', 4),
      'SADD s a',
      'OBJECT ENCODING s',
      'CONFIG SET set-max-intset-entries 0',
      'SADD t 1',
      'OBJECT ENCODING t',
      'SUNIONSTORE u t',
      'OBJECT ENCODING u',
    ],
  ],
  [
    'streams',
    [
      ...entries(250, 'v'),
      ...stream,
      'CONFIG SET stream-node-max-entries 7',
      ...entries(60, 'v'),
      ...stream,
      'CONFIG SET stream-node-max-entries 0 stream-node-max-bytes 200',
      ...entries(60, 'v'.repeat(40)),
      ...stream,
      'CONFIG SET stream-node-max-bytes 0',
      ...entries(300, 'v'),
      ...stream,
      'CONFIG GET stream-node-*',
    ],
  ],
  [
    'HyperLogLogs',
    [
      'CONFIG SET hll-sparse-max-bytes 60',
      ...counter(5),
      ...counter(30),
      'CONFIG SET hll-sparse-max-bytes 0',
      ...counter(1),
      'CONFIG SET hll-sparse-max-bytes 3000',
      ...counter(300),
      'CONFIG SET hll-sparse-max-bytes 16000',
      ...counter(1500),
    ],
  ],
  [
    'lists',
    [
      'CONFIG SET list-max-listpack-size 2',
      'RPUSH l 1 2 3 4 5',
      'OBJECT ENCODING l',
      'CONFIG SET list-max-ziplist-size -3',
      'CONFIG GET list-max-*',
    ],
  ],
]

describe.skipIf(!hasRealRedis)('settings take effect', () => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(2)
  })
  afterAll(async () => {
    await pair.stop()
  })

  test.each(stories)('%s', async (_, lines) => {
    const commands = lines.map((line) => line.split(' '))
    const [real, ours] = await Promise.all([pair.real.askAll(commands), pair.ours.askAll(commands)])
    const sorted = (line: string, text: string): string =>
      line.startsWith('CONFIG GET')
        ? text
            .split(/[ [\]]/)
            .sort()
            .join(' ')
        : text
    const differing = lines.flatMap((line, at) => {
      const [expected, got] = [sorted(line, shown(real[at])), sorted(line, shown(ours[at]))]
      return expected === got ? [] : [`${at} ${line.slice(0, 80)}\n  real ${expected}\n  ours ${got}`]
    })
    console.log(`${lines.length} commands compared`)
    expect(differing.join('\n')).toBe('')
  })
})
