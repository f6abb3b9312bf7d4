// MEMORY DOCTOR: what figures say, in the words of a real redis-server where it says the same.

import { expect, test } from 'vitest'

import type { MemoryFigures } from './memory-figures.ts'
import { memoryReport } from './memory-report.ts'
import { hasRealRedis, startPair } from './testing/differential.ts'

const mebibyte = 1_048_576
const usual: MemoryFigures = {
  data: 10 * mebibyte,
  backlog: 0,
  replicas: 0,
  clients: 0,
  appendOnly: 0,
  scripts: 0,
  libraries: 0,
  overhead: 0,
  tables: 0,
  total: 10 * mebibyte,
  peak: 10 * mebibyte,
  keys: 1,
  clientCount: 2,
  replicaCount: 1,
  scriptCount: 0,
}

function issues(figures: Partial<MemoryFigures>): readonly string[] {
  return [...memoryReport({ ...usual, ...figures }).matchAll(/^ \* ([A-Za-z ]+):/gm)].map(
    ([, name = '']) => name,
  )
}

test('each issue has its bound', () => {
  expect(memoryReport(usual)).toMatch(/^Hi Sam, I can't find any memory issue/)
  expect(issues({ peak: 15 * mebibyte })).toEqual([])
  expect(issues({ peak: 15 * mebibyte + 1 })).toEqual(['Peak memory'])
  expect(issues({ replicas: 10 * mebibyte + 1 })).toEqual(['Big replica buffers'])
  expect(issues({ clients: 400 * 1024 + 1 })).toEqual(['Big client buffers'])
  expect(issues({ scriptCount: 1001, replicas: 11 * mebibyte })).toEqual([
    'Big replica buffers',
    'Many scripts',
  ])
  expect(issues({ scriptCount: 1000, total: 1 })).toEqual([])
  expect(memoryReport({ ...usual, total: 1 })).toMatch(/^Hi Sam, this instance is empty/)
})

test.skipIf(!hasRealRedis)(
  'a real server that has shrunk and knows many scripts hears of both in the same words',
  async () => {
    const pair = await startPair(2)
    const reports = await Promise.all(
      [pair.real, pair.ours].map(async (wire) => {
        const filled = Array.from({ length: 24 }, (_, at) => ['SETRANGE', `k${at}`, `${mebibyte}`, 'x'])
        const scripts = Array.from({ length: 1001 }, (_, at) => ['SCRIPT', 'LOAD', `return ${at}`])
        await wire.askAll([...filled, ['MEMORY', 'STATS'], ...scripts])
        await wire.askAll(Array.from({ length: 16 }, (_, at) => ['DEL', `k${at}`]))
        const reply = await wire.ask('MEMORY', 'DOCTOR')
        return reply !== null && 'text' in reply ? reply.text.split('\n\n') : []
      }),
    )
    const [real = [], ours = []] = reports
    // What only an allocator knows it alone may say.
    expect(real.filter((part) => !/^ \* (?:High|Big)/.test(part))).toEqual(ours)
    expect(ours.length).toBe(4)
    await pair.stop()
  },
)
