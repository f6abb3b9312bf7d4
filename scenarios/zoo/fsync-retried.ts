// A database logs each write, changes its page in the cache of the operating system, and now and then makes a checkpoint:
// it syncs the pages and then forgets the log. When the sync fails it complains and tries again with the next checkpoint.
// That one succeeds, because the kernel has marked the pages clean that it could not write: nothing is left to be synced,
// the log is thrown away, and the next crash shows the old pages. Fixed as PostgreSQL was: a failed sync is a panic, and
// the log, which is still there, is replayed.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { eventually, kv, linearizable, progress } from '../../invariants/index.ts'
import {
  crashes,
  type Env,
  type File,
  fsyncFailures,
  group,
  ms,
  type Program,
  type Scenario,
  scenario,
  seconds,
} from '../../sim/index.ts'

const keys = 32
const slotSize = 32
const checkpointEvery = ms(150)
const patience = ms(200)
/** The code with which the database ends itself. */
const panic = 70

interface Page {
  readonly key: number
  readonly value: string
}

/** Keeps one value a key. What it acknowledged stands in the log or, synced, in the heap. */
function database(isFixed: boolean): Program {
  return async (env) => {
    const [log, heap] = [await openFile(env, '/log'), await openFile(env, '/heap')]
    await orPanic(env, async () => env.disk.syncDirectory('/'))
    const pages = await recover(log, heap)
    const inTurn = oneAtATime()

    const put = async (page: Page): Promise<void> => {
      await log.append(slotOf(page))
      await orPanic(env, async () => log.sync())
      await writePage(heap, page)
      pages.set(page.key, page.value)
    }
    const checkpoint = async (): Promise<void> => {
      const sync = async (): Promise<void> => heap.sync()
      if (isFixed) await orPanic(env, sync)
      else if (!(await succeeds(env, sync))) return
      await log.truncate(0)
      await orPanic(env, async () => log.sync())
    }

    answers(env, 'get', ({ key }) => ({ value: pages.get(Number(key)) ?? null }))
    env.messages.on('put', async ({ id, key, value }, client) => {
      await inTurn(async () => put({ key: Number(key), value: value as string }))
      env.messages.send(client, { kind: 'answer', id: id ?? null })
    })
    env.timers.every(checkpointEvery, async () => inTurn(checkpoint))
  }
}

async function openFile(env: Env, path: string): Promise<File> {
  return env.disk.open(path, { create: true })
}

/** What is in the heap, and on top of it what is in the log. */
async function recover(log: File, heap: File): Promise<Map<number, string>> {
  const pages = new Map<number, string>()
  for (const { key, value } of await pagesIn(heap)) pages.set(key, value)
  for (const page of await pagesIn(log)) {
    pages.set(page.key, page.value)
    await writePage(heap, page)
  }
  return pages
}

async function writePage(heap: File, page: Page): Promise<void> {
  await heap.write(page.key * slotSize, slotOf(page))
}

function slotOf({ key, value }: Page): Uint8Array {
  return Buffer.from(`${key} ${value}`.padEnd(slotSize))
}

/** The pages of a file. A slot lies within one sector, so that it is there as a whole or not at all. */
async function pagesIn(file: File): Promise<readonly Page[]> {
  const content = Buffer.from(await file.read(0, await file.size()))
  const slots = Array.from({ length: Math.floor(content.length / slotSize) }, (_, place) =>
    content.toString('utf8', place * slotSize, (place + 1) * slotSize).split(' '),
  )
  return slots.flatMap(([key, value]) => (value === undefined ? [] : [{ key: Number(key), value }]))
}

async function orPanic(env: Env, action: () => Promise<void>): Promise<void> {
  if (!(await succeeds(env, action))) env.exit(panic)
}

async function succeeds(env: Env, action: () => Promise<void>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (error) {
    env.log.error('could not sync', { error: String(error) })
    return false
  }
}

function oneAtATime(): (task: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve()
  return async (task) => (last = last.then(task))
}

/** Reads and writes keys, each write with a value of its own. */
const client: Program = (env) => {
  const ask = asker(env, patience)

  const call = async (f: 'get' | 'put', place: number): Promise<void> => {
    const key = env.randomFor(`call ${place}`).int(1, keys)
    const value = f === 'put' ? `${env.name}.${place}` : null
    const operation = env.invoke({ f, key, value })
    const answer = await ask('database-1', { kind: f, key, value })
    if (answer === null) operation.info('no answer')
    else operation.ok(answer['value'] ?? null)
  }

  arrive(env, {
    every: ms(40),
    mix: [
      [1, 'get'],
      [1, 'put'],
    ],
    call,
  })
}

const fsyncRetried: Scenario = scenario({
  title: 'a sync that failed is tried again and succeeds, because what it should have written is gone',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    ...group('database', 1, database(isFixed), { quorum: 0, restartAfterExit: ms(100) }),
    ...group('client', 3, client, { quorum: 0, operations: ['get', 'put'] }),
  ],
  faults: [
    // The heap lies on a disk of its own.
    fsyncFailures({ of: 'database', paths: '/heap', every: seconds(4), for: [ms(100), seconds(1)] }),
    crashes({ of: 'database', every: seconds(4), for: [ms(50), ms(500)] }),
  ],
  exitsAllowed: [panic],
  invariants: [linearizable(kv), eventually(progress, { within: seconds(2) })],
  duration: seconds(6),
  settle: seconds(2),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'fsync-retried',
  source:
    'PostgreSQL, commit "PANIC on fsync() failure", 19 November 2018 («fsyncgate»); Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020',
  invariant: 'linearizable kv',
  seedsMax: 100,
  scenario: fsyncRetried,
}

export default fsyncRetried
