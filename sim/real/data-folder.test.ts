import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
