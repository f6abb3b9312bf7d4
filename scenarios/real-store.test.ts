// The store of the scenarios on real sockets, files and time: what it does there is judged by the same invariants.

import { expect, test, vi } from 'vitest'

import { checkEvents, kv, linearizable, raftSafety } from '../invariants/index.ts'
import { kvStore, storeClient } from '../nodes/kv/index.ts'
import { type Address, type Event, messagesPort, perSecond, type Program, RealNode } from '../sim/index.ts'
import { freePort } from '../sim/real/testing/both.ts'

vi.setConfig({ testTimeout: 60_000 })

const replicas = ['store-1', 'store-2', 'store-3']
const names = [...replicas, 'client-1']

test('three replicas on real sockets serve a client while their leader is killed and comes back', async () => {
  const places = new Map<string, Address & { readonly port: number }>()
  for (const name of names) places.set(name, { host: '127.0.0.1', port: await freePort() })
  const peers = new Map<string, Address | string>(
    [...places].flatMap(([name, place]) => [
      [name, '127.0.0.1'],
      [`${name}:${messagesPort}`, place],
    ]),
  )
  const events: Event[] = []
  const make = (name: string, program: Program): RealNode =>
    new RealNode({
      name,
      program,
      parameters: replicas.includes(name) ? { group: replicas } : { replicas },
      peers,
      listen: new Map([[messagesPort, places.get(name)!]]),
      onEvent: (event) => void events.push(event),
    })
  const store = kvStore({})
  const nodes = new Map(replicas.map((name) => [name, make(name, store)]))
  const client = make('client-1', storeClient({ keys: 3, rate: perSecond(60) }))
  for (const node of [...nodes.values(), client]) await node.start()
  await until(() => count('ok') > 50)
  const leader = leaderOf(events)
  nodes.get(leader)!.kill()
  await nodes.get(leader)!.ended
  const before = count('ok')
  await until(() => count('ok') > before + 50)
  for (const node of [client, ...nodes.values()]) await node.stop()

  const merged = events
    .toSorted((a, b) => a.at - b.at)
    .map((event, place): Event => ({ ...event, seq: place + 1, cause: 0 }))
  const world = { nodes: names, groups: new Map([['store', replicas]]) }
  const { violations, undecided, reports } = await checkEvents(
    [raftSafety, linearizable(kv, { fail: 'dropped' })],
    merged,
    world,
  )
  expect([violations, undecided]).toEqual([[], []])
  expect(Math.min(...reports.map(({ looked }) => looked))).toBeGreaterThan(50)

  function count(phase: string): number {
    return events.filter((event) => event.kind === 'operation' && event.phase === phase).length
  }
})

function leaderOf(events: readonly Event[]): string {
  const last = events.findLast(
    (event) =>
      event.kind === 'probe' && (event.value as { readonly role?: unknown } | null)?.role === 'leader',
  )
  return last?.node ?? ''
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
