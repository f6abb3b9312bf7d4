import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { DataFolder, DataFolderError } from './data-folder.ts'

function madeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-data-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

test('a folder is made with those above it, and its starts are counted', () => {
  const path = join(madeFolder(), 'a/b')
  for (const start of [1, 2]) {
    const data = new DataFolder(path)
    expect(data.incarnation).toBe(start)
    data.release()
  }
})

test('a folder that cannot be made or written is told as one, in words', () => {
  const folder = madeFolder()
  writeFileSync(join(folder, 'file'), '')
  for (const [path, wanted] of [
    [join(folder, 'file'), /file: got .* wanted a folder that this process may write$/],
    [join(folder, 'file/below'), /below: got ENOTDIR/],
    // Node's own way to make it would try for ever.
    ...(process.platform === 'linux' ? ([['/proc/faultline', /proc\/faultline: got /]] as const) : []),
  ] as const) {
    const made = (): unknown => new DataFolder(path)
    expect(made).toThrow(DataFolderError)
    expect(made).toThrow(wanted)
  }
})

test('a folder is used by one at a time, also within a process', () => {
  const folder = madeFolder()
  const data = new DataFolder(folder)
  expect(() => new DataFolder(folder)).toThrow(`process ${process.pid} uses it`)
  data.release()
  new DataFolder(folder).release()
})

test.each([
  ['of a process that is gone', '999999999\n'],
  ['of the number that this process has now, as the first of a container always has', `${process.pid}\n`],
  ['of an earlier process of that number', `${process.pid} 0:0\n`],
  ...(process.platform === 'linux'
    ? [['of a process whose number another one has now', `${process.ppid} 0:0\n`]]
    : []),
])('a lock that was left behind, %s, is taken', (_, text) => {
  const folder = madeFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'lock'), text ?? '')
  const data = new DataFolder(folder)
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  data.release()
})

test('a lock that its owner is still writing is not taken', async () => {
  const folder = madeFolder()
  const path = join(folder, 'lock')
  writeFileSync(path, '')
  const owner = spawn('sh', ['-c', `sleep 0.1; echo ${process.ppid} > ${path}`])
  const ended = new Promise<void>((done) => owner.on('exit', () => done()))
  expect(() => new DataFolder(folder)).toThrow(`process ${process.ppid} uses it`)
  await ended
})
