// The disk as one incarnation of a program sees it: names. What an operation does, it does when it is called; the program
// hears of it when the device is done. Only a directory's sync takes effect when the device is done.

import type { Disk, DiskErrorCode, File, FileStatus, OpenOptions } from '../env.ts'
import type { DiskOperation } from '../event.ts'
import type { MountedParts } from './disk-parts.ts'
import { findNode } from './node.ts'
import { OpenFile } from './open-file.ts'
import { formatPath, parsePath } from './path.ts'
import type { DiskService } from './profile.ts'
import type { DiskResult, Order, Requests } from './requests.ts'

type Names = readonly string[]

/** `env.disk` of one incarnation in the simulation. */
export class MountedDisk implements Disk {
  readonly #disk: MountedParts
  readonly #requests: Requests

  constructor(disk: MountedParts, requests: Requests) {
    this.#disk = disk
    this.#requests = requests
  }

  open(path: string, options: OpenOptions = {}): Promise<File> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('open', path, names)
    const at = formatPath(names)
    const fields = { operation: 'open', path: at, flags: formatFlags(options) } as const
    const order = this.#requests.order(fields, 'metadata', 0)
    const node = this.#openProblem(at, names, options) ?? this.#disk.volume.open(names, options)
    if (typeof node === 'string') return this.#requests.fail(order, node)
    const file = new OpenFile({ path: at, node, isSync: options.sync === true }, this.#disk, this.#requests)
    return this.#requests.succeed(order, { operation: 'open', path: at }, () => file)
  }

  rename(source: string, target: string): Promise<void> {
    const from = this.#parse(source)
    if (typeof from === 'string') return this.#refuse('rename', source, from)
    const to = this.#parse(target)
    if (typeof to === 'string') return this.#refuse('rename', target, to)
    const path = formatPath(from)
    const fields = { operation: 'rename', path, target: formatPath(to) } as const
    const order = this.#requests.order(fields, 'metadata', 0)
    return this.#change(order, () => this.#disk.volume.rename(from, to))
  }

  unlink(path: string): Promise<void> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('unlink', path, names)
    return this.#change(this.#order('unlink', names), () => this.#disk.volume.unlink(names))
  }

  makeDirectory(path: string): Promise<void> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('make-directory', path, names)
    const { faults, volume } = this.#disk
    const isNew = findNode(volume.root, names) === 'ENOENT'
    const isFull = isNew && faults.hits('disk-full', formatPath(names))
    return this.#change(this.#order('make-directory', names), () =>
      isFull ? 'ENOSPC' : volume.makeDirectory(names),
    )
  }

  removeDirectory(path: string): Promise<void> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('remove-directory', path, names)
    return this.#change(this.#order('remove-directory', names), () =>
      this.#disk.volume.removeDirectory(names),
    )
  }

  list(path: string): Promise<readonly string[]> {
    const given = this.#parse(path)
    if (typeof given === 'string') return this.#refuse('list', path, given)
    const order = this.#order('list', given)
    const directory = this.#disk.volume.directory(given)
    if (typeof directory === 'string') return this.#requests.fail(order, directory)
    if (this.#disk.faults.hits('disk-read-error', order.path)) return this.#requests.fail(order, 'EIO')
    const names = [...directory.entries.keys()].sort()
    return this.#requests.succeed(order, { operation: 'list', path: order.path, names }, namesOf)
  }

  stat(path: string): Promise<FileStatus | null> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('stat', path, names)
    const order = this.#order('stat', names)
    const node = findNode(this.#disk.volume.root, names)
    const result = { operation: order.operation, path: order.path } as const
    if (typeof node === 'string') return this.#requests.succeed(order, result, statusOf)
    if (node.kind === 'directory')
      return this.#requests.succeed(order, { ...result, size: 0, names: [] }, statusOf)
    const { size } = node.content
    return this.#requests.succeed(order, { ...result, size }, statusOf)
  }

  syncDirectory(path: string): Promise<void> {
    const names = this.#parse(path)
    if (typeof names === 'string') return this.#refuse('sync-directory', path, names)
    const { volume, faults } = this.#disk
    const order = this.#order('sync-directory', names, 'sync')
    const directory = volume.directory(names)
    if (typeof directory === 'string') return this.#requests.fail(order, directory)
    if (faults.hits('fsync-failure', order.path)) return this.#requests.fail(order, 'EIO')
    const { mark } = volume.journal
    const result = { operation: order.operation, path: order.path } as const
    return this.#requests.attempt(order, result, nothing, () => {
      volume.journal.commit(directory, mark)
      return null
    })
  }

  // The names of a path, or why the call goes no further than here. Throws when the incarnation is gone.
  #parse(path: string): Names | DiskErrorCode {
    this.#requests.check()
    return this.#requests.overload() ?? parsePath(path) ?? 'EINVAL'
  }

  #refuse(operation: DiskOperation, path: unknown, code: DiskErrorCode): Promise<never> {
    return this.#requests.refuse(operation, typeof path === 'string' ? path : '', code)
  }

  #order(operation: DiskOperation, names: Names, service: DiskService = 'metadata'): Order {
    return this.#requests.order({ operation, path: formatPath(names) }, service, 0)
  }

  #change(order: Order, change: () => DiskErrorCode | null): Promise<void> {
    const isFailing = this.#disk.faults.hits('disk-write-error', order.path)
    const problem = isFailing ? 'EIO' : change()
    if (problem !== null) return this.#requests.fail(order, problem)
    const { operation, path } = order
    return this.#requests.succeed(order, { operation, path }, nothing)
  }

  // What a fault does to an open: to one that changes something as to a write, to any other as to a read.
  #openProblem(path: string, names: Names, { create, truncate }: OpenOptions): DiskErrorCode | null {
    const { faults, volume } = this.#disk
    const isCreated = create === true && findNode(volume.root, names) === 'ENOENT'
    const isChange = isCreated || truncate === true
    if (faults.hits(isChange ? 'disk-write-error' : 'disk-read-error', path)) return 'EIO'
    return isCreated && faults.hits('disk-full', path) ? 'ENOSPC' : null
  }
}

function nothing(): void {}

function namesOf({ names = [] }: DiskResult): readonly string[] {
  return names
}

function statusOf({ size, names }: DiskResult): FileStatus | null {
  if (size === undefined) return null
  return { kind: names === undefined ? 'file' : 'directory', size }
}

function formatFlags({ create, exclusive, truncate, sync }: OpenOptions): string {
  const flags: string[] = []
  if (create === true) flags.push('create')
  if (exclusive === true) flags.push('exclusive')
  if (truncate === true) flags.push('truncate')
  if (sync === true) flags.push('sync')
  return flags.join(',')
}
