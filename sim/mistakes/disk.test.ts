// What a crash is said to have lost is lost, and what it kept is counted.
import { expect, test } from 'vitest'

import { instant } from '../disk/index.ts'
import type { Program } from '../env.ts'
import { run, type RunResult } from '../run.ts'
import { node, scenario } from '../scenario.ts'
import { ms, seconds } from '../time.ts'

/** Appends so many times without ever syncing, before a crash that loses everything; resolves to what is left. */
async function appendsBeforeCrash(count: number): Promise<RunResult & { readonly size: unknown }> {
  let size: unknown = null
  const writer: Program = async (env) => {
    const file = await env.disk.open('/log', { create: true })
    await env.disk.syncDirectory('/')
    if (env.incarnation === 2) size = await file.size()
    else for (let written = 0; written < count; written++) await file.append(new Uint8Array(10))
  }
  const result = await run(
    scenario({
      title: 'nobody syncs',
      nodes: () => [node('a', writer)],
      disk: instant,
      faults: [{ kind: 'crash', node: 'a', at: seconds(1), for: ms(10), disk: 'lost' }],
      duration: seconds(2),
    }),
    { seed: 1, instantStepsMax: 10_000_000 },
  )
  return { ...result, size }
}

test('a crash that loses what is unsynced loses thousands of appends', async () => {
  const { size, unsynced } = await appendsBeforeCrash(3_000)
  expect([size, unsynced]).toEqual([0, { kept: 0, lost: 3_000, torn: 0 }])
})

test('what the system has written back before is kept, and counted as kept', async () => {
  const { size, unsynced } = await appendsBeforeCrash(70_000)
  expect(unsynced.kept).toBeGreaterThan(0)
  expect(unsynced.kept + unsynced.lost).toBe(70_000)
  expect(size).toBe(10 * unsynced.kept)
})
