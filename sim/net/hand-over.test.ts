import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { HandOver } from './hand-over.ts'

test('things come in their order, whoever is early, and the end after them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (steps) => {
      const queue = new HandOver<number>()
      const taken: Promise<number | null>[] = []
      let put = 0
      for (const isPut of steps)
        if (isPut) queue.put(put++)
        else taken.push(queue.take())
      expect(queue.length).toBe(Math.max(0, put - taken.length))
      queue.close()
      const expected = taken.map((_, place) => (place < put ? place : null))
      expect(await Promise.all(taken)).toEqual(expected)
    }),
  )
})

test('what was taken is let go, also where something always waits', async () => {
  const queue = new HandOver<Uint8Array>()
  const before = process.memoryUsage().arrayBuffers
  queue.put(new Uint8Array(1))
  for (let i = 0; i < 400; i++) {
    queue.put(new Uint8Array(1024 * 1024))
    await queue.take()
    // Memory of buffers is given back by a macrotask.
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(queue.length).toBe(1)
  // Kept, it would be 400 MiB, whatever the collector does.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * 1024 * 1024)
})
