// Settings that are looked at so often that they are kept as numbers.

import { parseInteger } from './numbers.ts'
import { type StreamNodeBounds, usualNode } from './structures/stream-node.ts'
import type { ByteString } from './value.ts'

const clientsMemoryLeast = 128 * 1024

/** Bytes of the longest string: one beyond, with what stands around it on the wire, would not fit into a text of V8. */
const stringMax = 511 * 1024 * 1024

/** Thresholds and limits by their settings. */
export class Limits {
  maxmemory = 0
  maxmemoryPolicy = 'noeviction'
  maxmemorySamples = 5
  hashListpackEntries = 512
  hashListpackValue = 64
  setIntsetEntries = 512
  zsetListpackEntries = 128
  zsetListpackValue = 64
  /** Bytes of a sparse HyperLogLog, with its header. */
  sparseCounter = 3000
  streamNode: StreamNodeBounds = usualNode
  /** Bytes of a string: `proto-max-bulk-len`, and no more than there can be. */
  protoMaxBulk: number = stringMax
  /** Microseconds; below 0 nothing is slow. */
  slowlogThreshold = 10_000
  latencyThreshold = 0
  minReplicasToWrite = 0
  isLatencyTracked = true
  /** As `maxmemory-clients` says it: bytes, or below 0 percents of `maxmemory`. */
  #maxmemoryClients = 0

  /** What all clients may take, in bytes; 0 for no limit. Never so little that nobody could set it anew. */
  get clientsMemoryMax(): number {
    const max = this.#maxmemoryClients
    const bytes = max < 0 ? Math.floor((this.maxmemory * -max) / 100) : max
    return max === 0 || (max < 0 && this.maxmemory === 0) ? 0 : Math.max(bytes, clientsMemoryLeast)
  }

  configure(name: string, value: ByteString): void {
    const number = parseInteger(value) ?? 0
    switch (name) {
      case 'maxmemory':
        this.maxmemory = number
        break
      case 'maxmemory-clients':
        this.#maxmemoryClients = value.endsWith('%') ? -Number(value.slice(0, -1)) : number
        break
      case 'maxmemory-policy':
        this.maxmemoryPolicy = value
        break
      case 'maxmemory-samples':
        this.maxmemorySamples = number
        break
      case 'hash-max-listpack-entries':
      case 'hash-max-ziplist-entries':
        this.hashListpackEntries = number
        break
      case 'hash-max-listpack-value':
      case 'hash-max-ziplist-value':
        this.hashListpackValue = number
        break
      case 'set-max-intset-entries':
        this.setIntsetEntries = number
        break
      case 'zset-max-listpack-entries':
      case 'zset-max-ziplist-entries':
        this.zsetListpackEntries = number
        break
      case 'zset-max-listpack-value':
      case 'zset-max-ziplist-value':
        this.zsetListpackValue = number
        break
      case 'hll-sparse-max-bytes':
        this.sparseCounter = number
        break
      case 'stream-node-max-bytes':
        this.streamNode = { ...this.streamNode, bytesMax: number }
        break
      case 'stream-node-max-entries':
        this.streamNode = { ...this.streamNode, entriesMax: number }
        break
      case 'proto-max-bulk-len':
        this.protoMaxBulk = Math.min(number, stringMax)
        break
      case 'slowlog-log-slower-than':
        this.slowlogThreshold = number
        break
      case 'latency-tracking':
        this.isLatencyTracked = value === 'yes'
        break
      case 'latency-monitor-threshold':
        this.latencyThreshold = number
        break
      case 'min-replicas-to-write':
        this.minReplicasToWrite = number
        break
      default:
        break
    }
  }
}
