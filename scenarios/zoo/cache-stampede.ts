// Web servers read a page from a cache, and when it is not there from the database, whose answer they put into the cache
// for a while. As long as a load is quick hardly anybody else misses meanwhile. Once the disk of the database is slow,
// everybody who wants the page after it has expired loads it as well, and makes the disk slower still. Fixed by leases:
// of all who miss, the cache lets one load, and tells the others to ask again a little later.

import type { ZooBug } from './bug.ts'
import { arrive } from './parts/arrivals.ts'
import { answers, asker } from './parts/asker.ts'
import { always, onProbe } from '../../invariants/index.ts'
import {
  type DataRecord,
  type Env,
  group,
  ms,
  node,
  type Program,
  type Scenario,
  scenario,
  seconds,
  slowDisks,
} from '../../sim/index.ts'

const pageSize = 4096
const timeToLive = ms(700)
/** Longer than any load should take, so that a lease is lost only with whoever had it. */
const leaseTime = seconds(10)
const pollEvery = ms(20)
const patience = seconds(5)
/** At so many loads of one page at a time the database is not yet in danger. */
const loadsMax = 3

/** Keeps pages until they expire. Without a page, `mayLoad` tells whether the asker is to load it. */
function cache(isLeasing: boolean): Program {
  return (env) => {
    const pages = new Map<string, number>()
    const leases = new Map<string, number>()
    const isOver = (until: number | undefined): boolean =>
      until === undefined || env.clock.monotonic() >= until

    answers(env, 'get', (question) => {
      const page = question['page'] as string
      if (!isOver(pages.get(page))) return { isThere: true }
      const mayLoad = !isLeasing || isOver(leases.get(page))
      if (mayLoad) leases.set(page, env.clock.monotonic() + leaseTime)
      return { isThere: false, mayLoad }
    })
    env.messages.on('set', (message) => {
      const page = message['page'] as string
      pages.set(page, env.clock.monotonic() + timeToLive)
      leases.delete(page)
    })
  }
}

/** Reads pages from its disk, and publishes how many times it is reading one at the moment. */
const database: Program = async (env) => {
  const file = await env.disk.open('/pages', { create: true })
  await file.write(0, Buffer.alloc(pageSize))
  const loads = new Map<string, number>()
  const change = (page: string, by: 1 | -1): void => {
    loads.set(page, (loads.get(page) ?? 0) + by)
    env.probe('loads', { page, count: loads.get(page) ?? 0 })
  }
  env.messages.on('load', async ({ page, id }, server) => {
    change(page as string, 1)
    await file.read(0, pageSize)
    change(page as string, -1)
    env.messages.send(server, { kind: 'answer', id: id ?? null })
  })
}

/** Shows the front page to whoever wants it. */
const web: Program = (env) => {
  arrive(env, { every: ms(50), mix: [[1, 'view']], call: view(env) })
}

function view(env: Env): () => Promise<void> {
  const ask = asker(env, patience)
  const page = 'front'

  const find = async (): Promise<boolean> => {
    for (;;) {
      const found = await ask('cache', { kind: 'get', page })
      if (found === null || found['isThere'] === true) return found !== null
      if (found['mayLoad'] === true) return load()
      await env.sleep(pollEvery)
    }
  }
  const load = async (): Promise<boolean> => {
    const loaded = await ask('database-1', { kind: 'load', page })
    if (loaded !== null) env.messages.send('cache', { kind: 'set', page })
    return loaded !== null
  }
  return async () => {
    const operation = env.invoke({ f: 'view', key: page })
    if (await find()) operation.ok()
    else operation.info('no answer')
  }
}

const cacheStampede: Scenario = scenario({
  title: 'the hot page expires while the database is slow, and everybody loads it at once',
  parameters: { isFixed: false },
  nodes: ({ isFixed }) => [
    node('cache', cache(isFixed)),
    ...group('database', 1, database, { quorum: 0 }),
    ...group('web', 6, web, { quorum: 0, operations: ['view'] }),
  ],
  faults: [slowDisks({ of: 'database', every: seconds(5), for: [ms(200), seconds(1)], factor: [10, 1000] })],
  invariants: [
    always(
      'a page is loaded by few at a time',
      onProbe('loads', (value) => Number((value as DataRecord)['count']) <= loadsMax),
    ),
  ],
  duration: seconds(6),
  settle: seconds(1),
})

/** The entry in the zoo. */
export const bug: ZooBug = {
  name: 'cache-stampede',
  source:
    'Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1: "Leases" (thundering herds)',
  invariant: 'a page is loaded by few at a time',
  seedsMax: 100,
  scenario: cacheStampede,
}

export default cacheStampede
