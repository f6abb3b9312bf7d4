// A file's bytes as programs read them, and how to get back to what is certain: each unsynced change keeps what it
// overwrote. An append copies its bytes once, a sync forgets records without touching bytes, and only a crash or a
// failed sync pays for going back.

import { sectorCount, type Survival } from './survival.ts'

/** An unsynced change: a write of `length` bytes at `offset`, or a truncation to `offset` bytes. */
export interface ContentChange {
  readonly kind: 'write' | 'truncate'
  readonly offset: number
  readonly length: number
  readonly sizeBefore: number
  /** What stood at `offset` before, as far as the file then reached; null when nothing did. */
  readonly undo: Uint8Array | null
}

/** A change with the bytes that it wrote. */
interface TakenChange {
  readonly change: ContentChange
  readonly written: Uint8Array
}

/** A file holds at most this many unsynced changes, and of what they overwrote as much as it is long, or this. */
const changesMax = 65_536
const undoMin = 1_048_576
const undoMax = 8_388_608
const spareMax = 4096
const nothing = new Uint8Array(0)

/** The content of one file: the cached view, and the unsynced changes that part it from the durable view. */
export class FileContent {
  #bytes: Uint8Array = nothing
  #size = 0
  #changes: ContentChange[] = []
  #committed = 0
  #undoBytes = 0
  #spare: Uint8Array | null = null
  #writtenBack = 0

  /** How many changes since the last sync are certain although nobody synced them: there were too many to go back. */
  get writtenBack(): number {
    return this.#writtenBack
  }

  /** The size in bytes, of the cached view. */
  get size(): number {
    return this.#size
  }

  /** The unsynced changes, oldest first. */
  get unsynced(): readonly ContentChange[] {
    return this.#changes
  }

  /** Stands for all changes made so far; to be given to `commit` or `revert` later. */
  get mark(): number {
    return this.#committed + this.#changes.length
  }

  /** A copy of up to `length` bytes from `offset`; none beyond the end. */
  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, Math.min(offset + length, this.#size))
  }

  /** Writes bytes, zero-filling a gap. Nothing happens when there are none. */
  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const undo = offset < this.#size ? this.#save(offset, Math.min(bytes.length, this.#size - offset)) : null
    this.#record({ kind: 'write', offset, length: bytes.length, sizeBefore: this.#size, undo })
    this.#put(offset, bytes)
  }

  /** Cuts the content, or extends it with zeros. Nothing happens when it has that size. */
  truncate(size: number): void {
    if (size !== this.#size) this.#changeSize(size)
  }

  /** Makes the changes before a mark certain. */
  commit(mark: number): void {
    const count = Math.min(mark - this.#committed, this.#changes.length)
    // What was written back is older than any mark.
    this.#writtenBack = 0
    if (count > 0) this.#makeCertain(count)
  }

  #makeCertain(count: number): void {
    if (this.#undoBytes > 0) this.#forget(count)
    if (count === this.#changes.length) this.#changes = []
    else this.#changes.splice(0, count)
    this.#committed += count
  }

  /** Undoes the changes before a mark, as after a failed sync; what was changed since is changed again. */
  revert(mark: number): void {
    const count = Math.min(mark - this.#committed, this.#changes.length)
    if (count <= 0) return
    const taken = this.#takeBack()
    this.#committed += count
    for (const { change, written } of taken.slice(count))
      if (change.kind === 'write') this.write(change.offset, written)
      else this.#changeSize(change.offset)
  }

  /** Applies what a crash made of each unsynced change, oldest first; the result is certain. */
  settle(survivals: readonly Survival[], sectorSize: number): void {
    const taken = this.#takeBack()
    this.#committed += taken.length
    this.#writtenBack = 0
    taken.forEach((each, index) => {
      const survival = survivals[index]
      if (survival !== undefined) this.#settleOne(each, survival, sectorSize)
    })
  }

  /** A copy of what is certain. */
  durable(): Uint8Array {
    const view = new FileContent()
    view.#bytes = this.#bytes.slice()
    view.#size = this.#size
    for (let index = this.#changes.length - 1; index >= 0; index--) view.#undo(this.#changes[index])
    return view.read(0, view.#size)
  }

  /** Overwrites bytes within the content behind everybody's back: the cached view, and the durable one where it agrees. */
  damage(offset: number, bytes: Uint8Array): void {
    const end = Math.min(offset + bytes.length, this.#size)
    if (end > offset) this.#bytes.set(bytes.subarray(0, end - offset), offset)
  }

  #forget(count: number): void {
    for (let index = 0; index < count; index++) {
      const undo = this.#changes[index]?.undo ?? nothing
      this.#undoBytes -= undo.length
      if (undo.length > 0 && undo.length <= spareMax) this.#spare = undo
    }
  }

  // A header that is overwritten and synced again and again needs no new buffer each time: those are slow to make.
  #save(offset: number, length: number): Uint8Array {
    const spare = this.#spare
    if (spare?.length !== length) return this.read(offset, length)
    this.#spare = null
    spare.set(this.#bytes.subarray(offset, offset + length))
    return spare
  }

  #changeSize(size: number): void {
    this.#record({ kind: 'truncate', offset: size, length: 0, sizeBefore: this.#size, undo: this.#cut(size) })
    this.#resize(size)
  }

  #settleOne({ change, written }: TakenChange, survival: Survival, sectorSize: number): void {
    switch (survival.kind) {
      case 'lost':
        return
      case 'kept':
        if (change.kind === 'write') this.#put(change.offset, written)
        else this.#resize(change.offset)
        return
      case 'torn':
        this.#putSectors(change.offset, written, survival.sectors, sectorSize)
        if (survival.isExtended) this.#resize(Math.max(this.#size, change.offset + change.length))
    }
  }

  #putSectors(offset: number, written: Uint8Array, sectors: readonly boolean[], sectorSize: number): void {
    const first = Math.floor(offset / sectorSize)
    const count = sectorCount(offset, written.length, sectorSize)
    for (let index = 0; index < count; index++) {
      if (sectors[index] !== true) continue
      const start = Math.max(offset, (first + index) * sectorSize)
      const end = (first + index + 1) * sectorSize
      this.#put(start, written.subarray(start - offset, end - offset))
    }
  }

  // Back to the durable view, newest change first, keeping what each had written.
  #takeBack(): TakenChange[] {
    const taken: TakenChange[] = []
    for (let change = this.#changes.pop(); change !== undefined; change = this.#changes.pop()) {
      taken.push({ change, written: this.read(change.offset, change.length) })
      this.#undo(change)
    }
    this.#undoBytes = 0
    return taken.reverse()
  }

  #undo(change: ContentChange | undefined): void {
    if (change === undefined) return
    if (change.undo !== null) this.#put(change.offset, change.undo)
    this.#size = change.sizeBefore
  }

  // A file that nobody syncs is written back by the kernel in the end; this bounds what is kept for going back.
  #record(change: ContentChange): void {
    this.#changes.push(change)
    if (change.undo !== null) this.#undoBytes += change.undo.length
    const limit = Math.min(Math.max(this.#size, undoMin), undoMax)
    if (this.#changes.length > changesMax || this.#undoBytes > limit)
      this.#writeBack(this.#changes.length >> 1)
  }

  #writeBack(count: number): void {
    this.#writtenBack += count
    this.#makeCertain(count)
  }

  // What a truncation takes away. Emptying a file hands its whole buffer over instead of copying it.
  #cut(size: number): Uint8Array | null {
    if (size >= this.#size) return null
    if (size > 0) return this.read(size, this.#size - size)
    const all = this.#bytes.subarray(0, this.#size)
    this.#bytes = nothing
    return all
  }

  #put(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length
    if (end > this.#size) this.#resize(end, offset)
    this.#bytes.set(bytes, offset)
  }

  // Bytes beyond the size are leftovers: zeros go from the old size up to `zeroEnd`, what follows is about to be written.
  #resize(size: number, zeroEnd: number = size): void {
    if (size > this.#bytes.length) this.#reserve(size)
    if (zeroEnd > this.#size) this.#bytes.fill(0, this.#size, zeroEnd)
    this.#size = size
  }

  #reserve(size: number): void {
    const grown = new Uint8Array(Math.max(size, 2 * this.#bytes.length, 64))
    grown.set(this.#bytes.subarray(0, this.#size))
    this.#bytes = grown
  }
}
