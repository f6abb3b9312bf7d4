// A hash of texts that is the same on every machine and spreads well over all of its 32 bits.

/** FNV-1a over UTF-16 units, and the finalizer of MurmurHash3, as FNV alone leaves its high bits poor for short texts. */
export function keyHash(text: string): number {
  let hash = 0x811c9dc5
  for (let place = 0; place < text.length; place++)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
