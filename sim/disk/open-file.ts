// An open file of one incarnation. What an operation does, it does when it is called, in the order of the calls; the
// program hears of it when the device is done. Only what makes changes certain takes effect when the device is done.

import type { DiskErrorCode, File } from '../env.ts'
import type { DiskOperation, RawFields } from '../event.ts'
import { misdirect } from './damage.ts'
import type { MountedParts } from './disk-parts.ts'
import type { FileNode } from './node.ts'
import type { DiskService } from './profile.ts'
import type { DiskResult, Order, Requests } from './requests.ts'

/** What a file handle stands for. */
export interface Opened {
  readonly path: string
  readonly node: FileNode
  /** Whether each change is made certain before the program hears of it. */
  readonly isSync: boolean
}

/** A file handle. */
export class OpenFile implements File {
  readonly path: string
  readonly #node: FileNode
  readonly #isSync: boolean
  readonly #disk: MountedParts
  readonly #requests: Requests
  #isClosed = false

  constructor({ path, node, isSync }: Opened, disk: MountedParts, requests: Requests) {
    this.path = path
    this.#node = node
    this.#isSync = isSync
    this.#disk = disk
    this.#requests = requests
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    const { path } = this
    const problem = this.#problem(isCount(offset) && isCount(length))
    if (problem !== null) return this.#requests.refuse('read', path, problem)
    const request = { operation: 'read', path, offset, length } as const
    if (this.#disk.faults.hits('disk-read-error', path))
      return this.#requests.fail(this.#requests.order(request, 'read', 0), 'EIO')
    const bytes = this.#node.content.read(offset, this.#readable(offset, length))
    const order = this.#requests.order(request, 'read', bytes.length)
    return this.#requests.succeed(order, { operation: 'read', path, bytes }, bytesOf)
  }

  write(offset: number, bytes: Uint8Array): Promise<void> {
    const { path } = this
    const problem = this.#problem(isCount(offset) && bytes instanceof Uint8Array)
    if (problem !== null) return this.#requests.refuse('write', path, problem)
    const order = this.#orderChange({ operation: 'write', path, offset, bytes }, bytes.length)
    const failure = this.#store(offset, bytes)
    if (failure !== null) return this.#requests.fail(order, failure)
    return this.#changed(order, { operation: 'write', path }, nothing)
  }

  append(bytes: Uint8Array): Promise<number> {
    const { path } = this
    const problem = this.#problem(bytes instanceof Uint8Array)
    if (problem !== null) return this.#requests.refuse('append', path, problem)
    const order = this.#orderChange({ operation: 'append', path, bytes }, bytes.length)
    const { size } = this.#node.content
    const failure = this.#store(size, bytes)
    if (failure !== null) return this.#requests.fail(order, failure)
    return this.#changed(order, { operation: 'append', path, size }, sizeOf)
  }

  truncate(size: number): Promise<void> {
    const { path } = this
    const problem = this.#problem(isCount(size))
    if (problem !== null) return this.#requests.refuse('truncate', path, problem)
    const order = this.#orderChange({ operation: 'truncate', path, length: size }, 0)
    const failure = this.#resize(size)
    if (failure !== null) return this.#requests.fail(order, failure)
    return this.#changed(order, { operation: 'truncate', path }, nothing)
  }

  size(): Promise<number> {
    const { path } = this
    const problem = this.#problem(true)
    if (problem !== null) return this.#requests.refuse('stat', path, problem)
    const { size } = this.#node.content
    const order = this.#requests.order({ operation: 'stat', path }, 'metadata', 0)
    return this.#requests.succeed(order, { operation: 'stat', path, size }, sizeOf)
  }

  sync(): Promise<void> {
    const { path } = this
    const problem = this.#problem(true)
    if (problem !== null) return this.#requests.refuse('sync', path, problem)
    return this.#sync(this.#order('sync', 'sync'), { operation: 'sync', path }, nothing)
  }

  close(): Promise<void> {
    const { path } = this
    const problem = this.#problem(true)
    if (problem !== null) return this.#requests.refuse('close', path, problem)
    this.#isClosed = true
    this.#disk.volume.close(this.#node)
    return this.#requests.succeed(this.#order('close', 'metadata'), { operation: 'close', path }, nothing)
  }

  // Why the call goes no further than here: throws when the incarnation is gone.
  #problem(isValid: boolean): DiskErrorCode | null {
    this.#requests.check()
    if (this.#isClosed) return 'EBADF'
    return isValid ? this.#requests.overload() : 'EINVAL'
  }

  #order(operation: DiskOperation, service: DiskService): Order {
    return this.#requests.order({ operation, path: this.path }, service, 0)
  }

  #orderChange(fields: RawFields<'disk-request'>, bytes: number): Order {
    return this.#requests.order(fields, this.#isSync ? 'sync' : 'write', bytes)
  }

  // A change was made: it is answered when the device has taken it, or when it is certain.
  #changed<T>(order: Order, result: DiskResult, value: (result: DiskResult) => T): Promise<T> {
    return this.#isSync ? this.#sync(order, result, value) : this.#requests.succeed(order, result, value)
  }

  // Makes certain what has been changed so far.
  #sync<T>(order: Order, result: DiskResult, value: (result: DiskResult) => T): Promise<T> {
    const { faults, volume } = this.#disk
    const { mark } = this.#node.content
    const isFailing = faults.hits('fsync-failure', this.path)
    return this.#requests.attempt(order, result, value, () => {
      if (!isFailing) this.#node.content.commit(mark)
      else volume.revert(this.#node, mark)
      return isFailing ? 'EIO' : null
    })
  }

  // How many bytes there are to read, or fewer on a short read.
  #readable(offset: number, length: number): number {
    const { faults, stream } = this.#disk
    const available = Math.min(length, this.#node.content.size - offset)
    if (available < 2 || !faults.hits('short-read', this.path)) return Math.max(0, available)
    return stream('short-read/length').int(1, available - 1)
  }

  #store(offset: number, bytes: Uint8Array): DiskErrorCode | null {
    const { faults, volume, profile, host, stream } = this.#disk
    const { path } = this
    const file = this.#node
    if (faults.hits('disk-write-error', path)) return 'EIO'
    if (offset + bytes.length > file.content.size && faults.hits('disk-full', path)) return 'ENOSPC'
    if (bytes.length === 0 || !faults.hits('misdirected-write', path))
      return volume.write(file, offset, bytes)
    const { sectorSize } = profile
    const random = stream('misdirected-write/place')
    return misdirect({ volume, host, random }, { file, path, offset, bytes, sectorSize })
  }

  #resize(size: number): DiskErrorCode | null {
    const { faults, volume } = this.#disk
    const file = this.#node
    if (faults.hits('disk-write-error', this.path)) return 'EIO'
    if (size > file.content.size && faults.hits('disk-full', this.path)) return 'ENOSPC'
    return volume.resize(file, size)
  }
}

function nothing(): void {}

function sizeOf({ size = 0 }: DiskResult): number {
  return size
}

function bytesOf({ bytes = new Uint8Array(0) }: DiskResult): Uint8Array {
  return bytes
}

function isCount(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0
}
