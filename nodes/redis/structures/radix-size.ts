// How many nodes a radix tree of ids has, which XINFO STREAM tells. Ours is no such tree: it is counted from the keys.

import type { StreamId } from './stream-id.ts'

/** The nodes of Redis's tree (chains of single bytes are one node) with these ids, in order, as keys of 16 bytes. */
export function radixNodes(ids: readonly StreamId[]): number {
  return nodesOf(ids.map(keyOf), 0)
}

function keyOf({ ms, seq }: StreamId): string {
  return ms.toString(16).padStart(16, '0') + seq.toString(16).padStart(16, '0')
}

/** Keys that agree up to a depth, which counts hexadecimal digits. */
function nodesOf(keys: readonly string[], depth: number): number {
  const [first] = keys
  const last = keys.at(-1)
  if (first === undefined || last === undefined) return 1
  if (keys.length === 1) return depth < first.length ? 2 : 1
  let shared = depth
  while (first.slice(shared, shared + 2) === last.slice(shared, shared + 2)) shared += 2
  let count = shared > depth ? 2 : 1
  for (let from = 0; from < keys.length;) {
    const byte = keys[from]?.slice(shared, shared + 2)
    let to = from + 1
    while (to < keys.length && keys[to]?.slice(shared, shared + 2) === byte) to++
    count += nodesOf(keys.slice(from, to), shared + 2)
    from = to
  }
  return count
}
