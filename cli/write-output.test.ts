// What stands somewhere is replaced only by who wrote it, and nothing appears half written.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { writeOutput } from './write-output.ts'

const mark = 'made by a test'
const options = { mark, isForced: false }
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-output-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a new file is written, from text and bytes, and replaced by the next of its kind', async () => {
  const path = join(folder, 'out')
  await writeOutput(path, [`${mark}: `, new Uint8Array([0x61, 0x62])], options)
  expect(readFileSync(path, 'utf8')).toBe(`${mark}: ab`)
  await writeOutput(path, [`${mark} again`], options)
  expect(readFileSync(path, 'utf8')).toBe(`${mark} again`)
})

test("somebody else's file stays as it is, unless by force", async () => {
  const path = join(folder, 'notes')
  writeFileSync(path, `${'x'.repeat(5000)}${mark}`)
  await expect(writeOutput(path, ['new'], options)).rejects.toThrow(
    `output ${path}: got a file that Faultline did not write, wanted a new name, or --force to replace it`,
  )
  await expect(writeOutput(path, ['new'], { ...options, mark: null })).rejects.toThrow('--force')
  expect(readFileSync(path)).toHaveLength(5000 + mark.length)
  await writeOutput(path, ['new'], { mark, isForced: true })
  expect(readFileSync(path, 'utf8')).toBe('new')
})

test('a file of which there is no telling who wrote it, and one that is read, stay as they are', async () => {
  const path = join(folder, 'run')
  writeFileSync(path, 'a trace')
  await expect(writeOutput(path, ['new'], { mark: null, isForced: false })).rejects.toThrow(
    `output ${path}: got a file that is there already, wanted a new name, or --force to replace it`,
  )
  const inputs = [join(folder, 'gone'), join(folder, '.', 'run')]
  await expect(writeOutput(path, ['new'], { mark: null, isForced: true, inputs })).rejects.toThrow(
    `output ${path}: got the file that is read, wanted another one`,
  )
  expect(readFileSync(path, 'utf8')).toBe('a trace')
})

test('when the pieces end with an error, nothing is there and nothing is left behind', async () => {
  const pieces = async function* (): AsyncGenerator<string> {
    yield 'half'
    await Promise.resolve()
    throw new RangeError('no more')
  }
  await expect(writeOutput(join(folder, 'out'), pieces(), options)).rejects.toThrow('no more')
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['', 'got an empty path'],
  ['missing/out', 'got no folder'],
  ['folder', 'got something that is no file'],
])('a path that cannot be written is refused: %s', async (name, said) => {
  mkdirSync(join(folder, 'folder'))
  const path = name === '' ? '' : join(folder, name)
  await expect(writeOutput(path, ['x'], { mark, isForced: true })).rejects.toThrow(said)
})
