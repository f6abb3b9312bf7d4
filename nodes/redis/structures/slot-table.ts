// Which slot of a map a key stands in: a hash table for large keyspaces. V8's Map looks at a string in memory for each key
// of a chain, and finds it by two arrays; here hashes stand beside slots in one, and only a key whose hash is the same is looked at.
// With 200,000 keys a look-up takes about 60 % of the time.
//
// Linear probing, at most half full. Nothing that anybody sees follows from hashes, so they need no secret: a table in which far more
// keys meet than by chance (somebody chose them so) goes over to a Map, whose hashes nobody outside can know.

import type { ByteString } from '../value.ts'

/** So many keys are looked through one by one. */
const fewMax = 8
/** Of a hash so many bytes from either end of a key count. */
const hashedMax = 64
/** By chance fewer places follow each other, up to more keys than there can be. */
const probesMax = 256

/** Slots as their owner keeps them, and passes them in: each key, undefined where there is none, and what belongs to it. */
type Pairs = readonly unknown[]

/** Keys to slots, counted from 0. */
export class SlotTable {
  /** Pairs of a hash and a slot, counted from 1; 0 where there is none. Null while there are few keys. */
  #places: Int32Array | null = null
  #mask = 0
  #count = 0
  #map: Map<ByteString, number> | null = null
  /** Where a key was found last: whoever looks for one looks again soon. */
  #last = 0

  /** The slot of a key; -1 where it is not there. */
  find(key: ByteString, pairs: Pairs): number {
    const last = this.#last
    if (2 * last < pairs.length && pairs[2 * last] === key) return last
    const places = this.#places
    if (places === null) return this.#map === null ? indexOf(key, pairs) : (this.#map.get(key) ?? -1)
    const place = this.#placeOf(key, pairs, places)
    return place < 0 ? -1 : (this.#last = (places[2 * place + 1] ?? 0) - 1)
  }

  /** Takes a key that is not there, which is the last of the pairs. */
  add(key: ByteString, pairs: Pairs): void {
    const slots = pairs.length / 2
    if (this.#map !== null) this.#map.set(key, slots - 1)
    else if (this.#places === null) {
      if (slots > fewMax) this.rebuild(pairs)
    } else {
      if ((this.#count + 1) * 4 > this.#places.length) this.#grow(this.#places)
      this.#put(hashOf(key), slots, pairs)
    }
  }

  /** Forgets a key that is there; its slot is to be emptied afterwards. */
  remove(key: ByteString, pairs: Pairs): void {
    this.#map?.delete(key)
    if (this.#places === null) return
    this.#empty(this.#placeOf(key, pairs, this.#places), this.#places)
    this.#count -= 1
  }

  /** Begins anew with pairs, at most as many keys of which are undefined as are not. */
  rebuild(pairs: Pairs): void {
    this.#map = null
    this.#places = null
    this.#count = 0
    const slots = pairs.length / 2
    if (slots <= fewMax) return
    let capacity = 4 * fewMax
    while (capacity < 2 * slots) capacity *= 2
    this.#places = new Int32Array(2 * capacity)
    this.#mask = capacity - 1
    for (let slot = 0; slot < slots; slot += 1) {
      const key = pairs[2 * slot] as ByteString | undefined
      if (key !== undefined) this.#put(hashOf(key), slot + 1, pairs)
      if (this.#map !== null) return
    }
  }

  #placeOf(key: ByteString, pairs: Pairs, places: Int32Array): number {
    const hash = hashOf(key)
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const slot = places[2 * place + 1] ?? 0
      if (slot === 0) return -1
      if (places[2 * place] === hash && pairs[2 * slot - 2] === key) return place
    }
  }

  #put(hash: number, slot: number, pairs: Pairs): void {
    const places = this.#places
    if (places === null) return
    let place = hash & this.#mask
    for (let probes = 0; places[2 * place + 1] !== 0; probes += 1) {
      if (probes === probesMax) return this.#goOver(pairs)
      place = (place + 1) & this.#mask
    }
    places[2 * place] = hash
    places[2 * place + 1] = slot
    this.#count += 1
  }

  #goOver(pairs: Pairs): void {
    this.#places = null
    this.#map = new Map()
    for (let at = 0; at < pairs.length; at += 2) {
      const key = pairs[at] as ByteString | undefined
      if (key !== undefined) this.#map.set(key, at / 2)
    }
  }

  #grow(before: Int32Array): void {
    const places = new Int32Array(2 * before.length)
    const mask = before.length - 1
    for (let from = 0; from < before.length; from += 2) {
      if (before[from + 1] === 0) continue
      let place = (before[from] ?? 0) & mask
      while (places[2 * place + 1] !== 0) place = (place + 1) & mask
      places[2 * place] = before[from] ?? 0
      places[2 * place + 1] = before[from + 1] ?? 0
    }
    this.#places = places
    this.#mask = mask
  }

  /** Those that follow and would not be found behind an empty place move up. */
  #empty(place: number, places: Int32Array): void {
    const mask = this.#mask
    let gap = place
    for (let next = (gap + 1) & mask; places[2 * next + 1] !== 0; next = (next + 1) & mask) {
      const home = (places[2 * next] ?? 0) & mask
      if (((next - home) & mask) < ((next - gap) & mask)) continue
      places.copyWithin(2 * gap, 2 * next, 2 * next + 2)
      gap = next
    }
    places[2 * gap + 1] = 0
  }
}

function indexOf(key: ByteString, pairs: Pairs): number {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === key) return at / 2
  return -1
}

/** FNV-1a over the ends of a key, its bits well mixed. */
function hashOf(key: ByteString): number {
  const { length } = key
  let hash = length
  for (let at = 0; at < length; at += 1) {
    if (at === hashedMax && length > 2 * hashedMax) at = length - hashedMax
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
