import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { seedResult } from './seed-result.ts'
import { JournalError, readJournal, SweepJournal } from './sweep-journal.ts'
import { run } from '../run.ts'
import failsSometimes from '../testing/fails-sometimes.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-journal-'))
const path = join(folder, 'sweep.ndjson')
const results = [
  seedResult(await run(failsSometimes, { seed: 1 })),
  seedResult(await run(failsSometimes, { seed: 2 })),
  seedResult(await run(failsSometimes, { seed: 3, set: new Map([['sides', 1]]) })),
]
const [one, two, three] = results

afterAll(() => {
  rmSync(folder, { recursive: true })
})

beforeEach(() => {
  const journal = new SweepJournal(path, 'key', results.slice(0, 1))
  for (const result of results.slice(1)) journal.append(result)
  journal.close()
})

function damage(change: (lines: string[]) => void): void {
  const lines = readFileSync(path, 'utf8').split('\n')
  change(lines)
  writeFileSync(path, lines.join('\n'))
}

describe('the journal of a sweep', () => {
  test('gives back what it was given', () => {
    expect(three?.outcome.kind).toBe('violated')
    expect(readJournal(path, 'key')).toEqual(results)
  })

  test('is read without its last line where that was not written whole', () => {
    truncateSync(path, readFileSync(path).length - 20)
    expect(readJournal(path, 'key')).toEqual([one, two])
    damage((lines) => (lines[3] = '{"seed":3}'))
    expect(readJournal(path, 'key')).toEqual([one, two])
  })

  test('is not there before it was begun, and no more once it is removed', () => {
    expect(readJournal(join(folder, 'other.ndjson'), 'key')).toBeNull()
    const journal = new SweepJournal(path, 'key', [])
    journal.close()
    expect(readJournal(path, 'key')).toEqual([])
    journal.remove()
    expect(existsSync(path)).toBe(false)
  })

  test('of another sweep is refused, and so is what is none', () => {
    expect(() => readJournal(path, 'other')).toThrow(JournalError)
    for (const text of ['', 'null', '[]', '{}', 'no json\n', '\0\0\0']) {
      writeFileSync(path, text)
      expect(() => readJournal(path, 'key')).toThrow('line 1: got')
    }
  })

  test.each([
    ['half a line', (line: string) => line.slice(0, 30), 'got no object'],
    ['an empty line', () => '', 'got no object'],
    ['a list', () => '[]', 'got no object'],
    ['a seed that is none', (line: string) => line.replace('"seed":1', '"seed":-1'), 'seed: got -1'],
    [
      'an unknown outcome',
      (line: string) => line.replace(/"kind":"[^"]+"/, '"kind":"fine"'),
      'outcome: got {"kind":"fine"}',
    ],
    [
      'an outcome without what it has of its own',
      (line: string) => line.replace(/"kind":"[^"]+"/, '"kind":"leak"'),
      'outcome: got {"kind":"leak"',
    ],
    ['no digest', (line: string) => line.replace('"digest"', '"digits"'), 'digest: got nothing'],
    [
      'a count that is none',
      (line: string) => line.replace(/"events":\d+/, '"events":"9"'),
      'events: got "9"',
    ],
  ])('with %s in its middle is refused, and told where', (_what, change, said) => {
    damage((lines) => (lines[1] = change(lines[1] ?? '')))
    expect(() => readJournal(path, 'key')).toThrow(`sweep.ndjson: line 2: ${said}`)
  })
})
