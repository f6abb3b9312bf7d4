import { describe, expect, it } from 'vitest'

import type { Data } from '../../../sim/index.ts'
import { HistoryError } from '../history-error.ts'
import { EdnReader } from './edn.ts'

const read = (text: string): Data => new EdnReader(text).read()

describe('the EDN reader', () => {
  it.each<[string, Data]>([
    ['nil', null],
    ['true', true],
    ['-12', -12],
    ['+3', 3],
    ['7N', 7],
    ['1.5e3', 1500],
    ['2.5M', 2.5],
    ['9007199254740993', '9007199254740993'],
    [':timed-out', ':timed-out'],
    ['a/b', 'a/b'],
    ['"a\\n\\"\\u0041;"', 'a\n"A;'],
    ['\\newline', '\n'],
    ['\\x', 'x'],
    ['[1, 2 (3)]', [1, 2, [3]]],
    ['#{3 1 2}', [1, 2, 3]],
    ['{:a 1, "b" {2 3}}', { a: 1, b: { '2': 3 } }],
    ['#jepsen.history.Op{:index 0}', { index: 0 }],
    ['#inst "2020-01-01"', '2020-01-01'],
    ['; a comment\n 5', 5],
    ['#_ [ignored] 6', 6],
    ['[1 #_2]', [1]],
    ['##NaN', '##NaN'],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each([
    ['', 'the end of the text'],
    ['[1 2', 'the end of the text'],
    ['"abc', 'the end of the text'],
    ['"a\\q"', 'an escape'],
    ['"\\u12"', 'four hexadecimal digits'],
    ['{:a}', 'its value'],
    [')', 'a value'],
    ['#', 'a tag'],
    ['['.repeat(100), 'flatter'],
    ['#_'.repeat(100_000), 'flatter'],
    ['#a '.repeat(100_000), 'flatter'],
  ])('refuses what is malformed: %#', (text, wanted) => {
    expect(() => read(text)).toThrow(HistoryError)
    expect(() => read(text)).toThrow(wanted)
  })

  it('names the line of a mistake', () => {
    const reader = new EdnReader('{:a 1}\n; two\n{:b "\\q"}\n')
    reader.read()
    expect(() => reader.read()).toThrow(/^history:3: /)
  })
})
