// maxmemory: keys go, by the policy that is set, until what is left fits. As Redis does, a few keys are drawn at random and
// the one goes that fits the policy best.

import { type Database, frequencyOf } from './database.ts'
import type { Keyspace } from './keyspace.ts'
import type { Server } from './server.ts'
import type { ByteString, Entry } from './value.ts'

interface Victim {
  readonly db: Database
  readonly key: ByteString
  readonly score: number
}

/** Evicts until memory is within bounds; whether it is. Keys that go are told as DEL and notified as `evicted`. */
export function makeRoom(server: Server): boolean {
  const isRoom = hasMadeRoom(server)
  const { shortOfMemory } = server.statistics
  if (isRoom) shortOfMemory.end(server.moment)
  else shortOfMemory.begin(server.moment)
  return isRoom
}

function hasMadeRoom(server: Server): boolean {
  const { keyspace, limits } = server
  if (keyspace.memory <= limits.maxmemory) return true
  if (server.replication.isReplica && server.configuration.isOn('replica-ignore-maxmemory')) return true
  if (limits.maxmemoryPolicy === 'noeviction') return false
  while (keyspace.memory > limits.maxmemory) {
    const victim = findVictim(server)
    if (victim === null) return false
    victim.db.delete(victim.key)
    keyspace.counts.evicted += 1
    keyspace.effects.add(victim.db.index, ['DEL', victim.key])
    victim.db.notify('e', 'evicted', victim.key)
  }
  keyspace.effects.end()
  return true
}

function findVictim(server: Server): Victim | null {
  const { keyspace, limits } = server
  const isVolatile = limits.maxmemoryPolicy.startsWith('volatile')
  const samples = limits.maxmemoryPolicy.endsWith('random') ? 1 : limits.maxmemorySamples
  let best: Victim | null = null
  for (const db of keyspace.databases) {
    if ((isVolatile ? db.volatileSize : db.size) === 0) continue
    for (let draw = 0; draw < samples; draw += 1) {
      const sample = db.sample(isVolatile)
      if (sample === undefined) break
      const [key, entry] = sample
      const score = scoreOf(entry, limits.maxmemoryPolicy, keyspace)
      if (best === null || score > best.score) best = { db, key, score }
    }
  }
  return best
}

/** The larger the sooner it goes. */
function scoreOf(entry: Entry, policy: string, keyspace: Keyspace): number {
  if (policy.endsWith('lru')) return keyspace.accessTime - entry.accessedAt
  if (policy.endsWith('lfu')) return 255 - frequencyOf(entry, keyspace)
  if (policy.endsWith('ttl')) return -(entry.expiresAt ?? Infinity)
  return 0
}
