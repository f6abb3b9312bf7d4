import { beforeEach, describe, expect, it } from 'vitest'

import type { Disk, File } from '../env.ts'
import { instant } from './profile.ts'
import { DiskBench } from './testing/disk-bench.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

// What a program without types may pass.
const noBytes = (value: unknown): Uint8Array => value as Uint8Array

let bench: DiskBench
let disk: Disk

async function put(path: string, text = ''): Promise<File> {
  const file = await bench.done(disk.open(path, { create: true, truncate: true }))
  await bench.done(file.write(0, bytes(text)))
  return file
}

async function get(path: string): Promise<string> {
  const file = await bench.done(disk.open(path))
  return Buffer.from(await bench.done(file.read(0, 1000))).toString('latin1')
}

beforeEach(async () => {
  bench = new DiskBench(1, { ...instant, capacity: 100, filesMax: 10 })
  disk = bench.start()
  await bench.done(disk.makeDirectory('/d'))
  await put('/d/a', 'abc')
})

describe('names on a disk', () => {
  it('are listed sorted, files and directories alike', async () => {
    await put('/d/B')
    await bench.done(disk.makeDirectory('/d/0'))
    expect(await bench.done(disk.list('/d'))).toEqual(['0', 'B', 'a'])
    expect(await bench.done(disk.list('/'))).toEqual(['d'])
  })

  it('have a status when they are there', async () => {
    expect(await bench.done(disk.stat('/d'))).toEqual({ kind: 'directory', size: 0 })
    expect(await bench.done(disk.stat('/d/a'))).toEqual({ kind: 'file', size: 3 })
    expect(await bench.done(disk.stat('/d/b'))).toBeNull()
    expect(await bench.done(disk.stat('/d/a/b'))).toBeNull()
  })

  it('are opened in each way that the options say', async () => {
    expect(await get('/d/../d/a')).toBe('abc')
    await bench.done(disk.open('/d/a', { create: true }))
    expect(await get('/d/a')).toBe('abc')
    await bench.done(disk.open('/d/a', { truncate: true }))
    expect(await get('/d/a')).toBe('')
  })

  it('move, replacing what is there, while open files stay what they were', async () => {
    const replaced = await put('/d/b', 'old')
    const moved = await bench.done(disk.open('/d/a'))
    await bench.done(disk.rename('/d/a', '/d/b'))
    expect(await get('/d/b')).toBe('abc')
    expect(await bench.done(disk.stat('/d/a'))).toBeNull()
    expect(await bench.done(replaced.read(0, 3))).toEqual(bytes('old'))
    await bench.done(moved.append(bytes('d')))
    expect(await get('/d/b')).toBe('abcd')
  })

  it('go, while an open file stays readable', async () => {
    const file = await bench.done(disk.open('/d/a'))
    await bench.done(disk.unlink('/d/a'))
    expect(await bench.done(disk.list('/d'))).toEqual([])
    expect(await bench.done(file.read(0, 3))).toEqual(bytes('abc'))
  })

  it('go, when they are empty directories, and may come again', async () => {
    await bench.done(disk.makeDirectory('/d/e'))
    await bench.done(disk.removeDirectory('/d/e'))
    expect(await bench.done(disk.list('/d'))).toEqual(['a'])
    expect(await bench.code(disk.open('/d/e/f', { create: true }))).toBe('ENOENT')
    await bench.done(disk.makeDirectory('/d/e'))
    expect(await bench.done(disk.list('/d/e'))).toEqual([])
  })

  it('move with what is below them', async () => {
    await bench.done(disk.makeDirectory('/e'))
    await bench.done(disk.rename('/d', '/e'))
    expect(await get('/e/a')).toBe('abc')
    await bench.done(disk.rename('/e', '/e'))
    expect(await get('/e/a')).toBe('abc')
  })

  it.each<[string, string, (on: Disk) => Promise<unknown>]>([
    ['opening what is not there', 'ENOENT', (on) => on.open('/x')],
    ['opening below what is not there', 'ENOENT', (on) => on.open('/x/y', { create: true })],
    ['opening below a file', 'ENOTDIR', (on) => on.open('/d/a/b', { create: true })],
    ['opening a directory', 'EISDIR', (on) => on.open('/d')],
    ['opening the root', 'EISDIR', (on) => on.open('/', { create: true })],
    [
      'creating exclusively what is there',
      'EEXIST',
      (on) => on.open('/d/a', { create: true, exclusive: true }),
    ],
    ['a relative path', 'EINVAL', (on) => on.open('d/a')],
    ['a path above the root', 'EINVAL', (on) => on.stat('/../etc')],
    ['a name that is too long', 'EINVAL', (on) => on.makeDirectory(`/${'x'.repeat(256)}`)],
    ['listing what is not there', 'ENOENT', (on) => on.list('/x')],
    ['listing a file', 'ENOTDIR', (on) => on.list('/d/a')],
    ['making a directory below what is not there', 'ENOENT', (on) => on.makeDirectory('/x/y')],
    ['making a directory below a file', 'ENOTDIR', (on) => on.makeDirectory('/d/a/b')],
    ['making a directory where a file is', 'EEXIST', (on) => on.makeDirectory('/d/a')],
    ['making a directory that is there', 'ok', (on) => on.makeDirectory('/d')],
    ['making the root', 'ok', (on) => on.makeDirectory('/')],
    ['removing what is not there', 'ENOENT', (on) => on.unlink('/x')],
    ['removing a directory', 'EISDIR', (on) => on.unlink('/d')],
    ['removing the root', 'EISDIR', (on) => on.unlink('/')],
    ['removing a directory that is not there', 'ENOENT', (on) => on.removeDirectory('/x')],
    ['removing a directory below a file', 'ENOTDIR', (on) => on.removeDirectory('/d/a/b')],
    ['removing a file as a directory', 'ENOTDIR', (on) => on.removeDirectory('/d/a')],
    ['removing a directory that is not empty', 'ENOTEMPTY', (on) => on.removeDirectory('/d')],
    ['removing the root as a directory', 'EINVAL', (on) => on.removeDirectory('/')],
    ['moving what is not there', 'ENOENT', (on) => on.rename('/x', '/y')],
    ['moving below what is not there', 'ENOENT', (on) => on.rename('/d/a', '/x/y')],
    ['moving a file onto a directory', 'EISDIR', (on) => on.rename('/d/a', '/d')],
    ['moving a directory onto a file', 'ENOTDIR', (on) => on.rename('/d', '/d/a')],
    ['moving a directory below itself', 'EINVAL', (on) => on.rename('/d', '/d/e')],
    ['moving the root', 'EINVAL', (on) => on.rename('/', '/x')],
    ['moving to no path', 'EINVAL', (on) => on.rename('/d/a', 'x')],
    ['syncing a directory that is not there', 'ENOENT', (on) => on.syncDirectory('/x')],
    ['syncing a file as a directory', 'ENOTDIR', (on) => on.syncDirectory('/d/a')],
  ])('%s: %s', async (_, code, operation) => {
    const before = bench.disk.state('cached')
    expect(await bench.code(operation(disk))).toBe(code)
    expect(bench.disk.state('cached')).toEqual(before)
  })

  it('move a directory onto an empty one only', async () => {
    await bench.done(disk.makeDirectory('/e'))
    await bench.done(disk.makeDirectory('/e/f'))
    expect(await bench.code(disk.rename('/d', '/e'))).toBe('EEXIST')
    expect(await bench.code(disk.rename('/d', '/e/f'))).toBe('ok')
    expect(await get('/e/f/a')).toBe('abc')
  })
})

describe('an open file', () => {
  it('takes operations in the order of the calls, each seeing the ones before', async () => {
    const file = await put('/f', '12345')
    const operations = [
      file.append(bytes('67')),
      file.truncate(3),
      file.append(bytes('x')),
      file.size(),
      file.read(0, 9),
    ]
    expect(await bench.done(Promise.all(operations))).toEqual([5, undefined, 3, 4, bytes('123x')])
  })

  it('reads nothing at its end', async () => {
    const file = await put('/f', 'ab')
    expect(
      await bench.done(Promise.all([file.read(2, 5), file.read(9, 5), file.read(0, 0), file.read(1, 5)])),
    ).toEqual([bytes(''), bytes(''), bytes(''), bytes('b')])
  })

  it('keeps a copy of what is written', async () => {
    const file = await put('/f')
    const buffer = bytes('abc')
    const written = file.append(buffer)
    buffer.fill(0)
    await bench.done(written)
    expect(await get('/f')).toBe('abc')
  })

  it.each<[string, (file: File) => Promise<unknown>]>([
    ['a negative offset', (file) => file.read(-1, 2)],
    ['a fraction of a byte', (file) => file.read(0, 1.5)],
    ['a write nowhere', (file) => file.write(Number.NaN, bytes('x'))],
    ['a write of no bytes at all', (file) => file.write(0, noBytes('x'))],
    ['an append of no bytes at all', (file) => file.append(noBytes(undefined))],
    ['a negative size', (file) => file.truncate(-1)],
  ])('refuses %s with EINVAL', async (_, operation) => {
    expect(await bench.code(operation(await put('/f', 'abc')))).toBe('EINVAL')
    expect(await get('/f')).toBe('abc')
  })

  it('refuses everything once it is closed', async () => {
    const file = await put('/f', 'abc')
    await bench.done(file.close())
    const operations: readonly (() => Promise<unknown>)[] = [
      () => file.read(0, 1),
      () => file.write(0, bytes('x')),
      () => file.append(bytes('x')),
      () => file.truncate(0),
      () => file.size(),
      () => file.sync(),
      () => file.close(),
    ]
    for (const operation of operations) expect(await bench.code(operation())).toBe('EBADF')
    expect(await get('/f')).toBe('abc')
  })
})

describe('a full disk', () => {
  it('refuses what does not fit and leaves the file as it was', async () => {
    const file = await put('/f', 'x'.repeat(97))
    expect(await bench.code(file.append(bytes('y')))).toBe('ENOSPC')
    expect(await bench.code(file.truncate(98))).toBe('ENOSPC')
    expect(await bench.code(file.write(90, bytes('1234567')))).toBe('ok')
    expect(await bench.done(file.size())).toBe(97)
  })

  it('has room again once files are cut, removed or replaced', async () => {
    const file = await put('/f', 'x'.repeat(97))
    await bench.done(file.truncate(50))
    const other = await put('/g', 'y'.repeat(47))
    await bench.done(other.close())
    expect(await bench.code(file.append(bytes('z')))).toBe('ENOSPC')
    await bench.done(disk.unlink('/g'))
    expect(await bench.code(file.append(bytes('z'.repeat(47))))).toBe('ok')
  })

  it('counts what a failed sync brings back', async () => {
    const file = await put('/f', 'x'.repeat(90))
    await bench.done(file.sync())
    await bench.done(file.truncate(0))
    const end = bench.begin({ kind: 'fsync-failure' })
    expect(await bench.code(file.sync())).toBe('EIO')
    end()
    expect(await bench.done(file.size())).toBe(90)
    expect(await bench.code(file.append(bytes('y'.repeat(8))))).toBe('ENOSPC')
  })

  it('has the room of open files again when their program has ended', async () => {
    await put('/f', 'x'.repeat(97))
    await bench.done(disk.unlink('/f'))
    bench.exit()
    disk = bench.start()
    const file = await put('/g')
    expect(await bench.code(file.append(bytes('y'.repeat(97))))).toBe('ok')
  })

  it('makes removals certain before it gives their room to others', async () => {
    await bench.done((await put('/f', 'x'.repeat(97))).close())
    await bench.done(disk.syncDirectory('/'))
    await bench.done(disk.unlink('/f'))
    const file = await put('/g', 'y'.repeat(97))
    await bench.done(file.sync())
    bench.crash('lost')
    expect(bench.disk.state('cached').has('/f')).toBe(false)
  })

  it('keeps the room of a removed file until it is closed', async () => {
    const file = await put('/f', 'x'.repeat(97))
    await bench.done(disk.unlink('/f'))
    const other = await put('/g')
    expect(await bench.code(other.append(bytes('y')))).toBe('ENOSPC')
    await bench.done(file.close())
    expect(await bench.code(other.append(bytes('y')))).toBe('ok')
  })

  it('refuses more files and directories than it can count', async () => {
    for (let count = 0; count < 7; count++) await bench.done((await put(`/f${count}`)).close())
    expect(await bench.code(disk.open('/more', { create: true }))).toBe('ENOSPC')
    expect(await bench.code(disk.makeDirectory('/more'))).toBe('ENOSPC')
    await bench.done(disk.unlink('/f0'))
    expect(await bench.code(disk.open('/more', { create: true }))).toBe('ok')
  })
})
