// How many events two runs have in common before they part. Where both traces allow direct access, by binary search over
// the digests on their lines (equal digests, equal runs so far), otherwise by reading both side by side.

import type { Checkpoints, EventSource } from './event-source.ts'

/** How many events two runs begin with in common. */
export async function commonPrefix(a: EventSource, b: EventSource): Promise<number> {
  return searchPrefix(a, b) ?? (await readPrefix(a, b))
}

/** By binary search; null when one of the two does not allow that. */
function searchPrefix(a: EventSource, b: EventSource): number | null {
  const [indexA, indexB] = [a.checkpoints(), b.checkpoints()]
  try {
    return indexA === null || indexB === null ? null : bisect(indexA, indexB)
  } finally {
    indexA?.close()
    indexB?.close()
  }
}

function bisect(a: Checkpoints, b: Checkpoints): number | null {
  let [common, different] = [0, Math.min(a.count, b.count) + 1]
  while (different - common > 1) {
    const middle = Math.floor((common + different) / 2)
    const [placeA, placeB] = [a.find(middle), b.find(middle)]
    if (placeA === null || placeB === null) return null
    if (placeA.checkpoint === placeB.checkpoint) common = middle
    else different = middle
  }
  return common
}

async function readPrefix(a: EventSource, b: EventSource): Promise<number> {
  const others = b.batches()[Symbol.asyncIterator]()
  let rest: readonly number[] = []
  let place = 0
  let common = 0
  try {
    for await (const { checkpoints } of a.batches()) {
      for (const checkpoint of checkpoints) {
        if (place === rest.length) {
          const next = await others.next()
          if (next.done === true) return common
          rest = next.value.checkpoints
          place = 0
        }
        if (rest[place++] !== checkpoint) return common
        common++
      }
    }
    return common
  } finally {
    await others.return?.()
  }
}
