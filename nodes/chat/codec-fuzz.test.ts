// Whatever bytes come, the codecs of the chat make of them commands and events, or say what is wrong, in whichever pieces they come.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { readCommand, readEvent } from './json-codec.ts'
import { type LineContext, readLine, showEvent } from './line-codec.ts'
import { chatLimits } from './rules.ts'
import { anything, command, cut, cuts, event, lineMax } from './testing/anything.ts'
import { FramingError, lines } from '../transport/index.ts'

const contexts: readonly LineContext[] = [
  { room: null, isNamed: false, newId: () => 'id' },
  { room: 'lobby', isNamed: true, newId: () => 'id' },
]

/** What all codecs make of a line, none of it much larger than the line is. */
function readings(line: string): readonly string[] {
  const commands = [readCommand(line), ...contexts.map((context) => readLine(line, context))]
  const read = readEvent(line)
  const shown = read === null ? [] : showEvent(read)
  for (const each of shown) expect(each.length).toBeLessThan(2 * line.length + 200)
  return [...commands, read, shown].map((each) => {
    const said = JSON.stringify(each)
    // A character may be written with six.
    if (each !== shown) expect(said.length).toBeLessThan(6 * line.length + 300)
    return said
  })
}

/** What is read from pieces of a stream, up to its end or what is no line. */
function readAll(pieces: readonly Uint8Array[]): readonly string[] {
  const decoder = lines(lineMax).decoder()
  const said: string[] = []
  try {
    for (const piece of pieces) for (const line of decoder.push(piece)) said.push(...readings(line))
    decoder.end()
  } catch (error) {
    if (!(error instanceof FramingError)) throw error
    said.push('bad')
  }
  return said
}

test('read the same from anything, whole and in pieces, and nothing but their own errors escape', () => {
  const seen = { commands: 0, problems: 0, events: 0, bad: 0 }
  fc.assert(
    fc.property(anything, cuts, (bytes, places) => {
      const whole = readAll([bytes])
      expect(readAll(cut(bytes, places))).toEqual(whole)
      expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
      for (const each of whole)
        if (each === 'bad') seen.bad++
        else if (each.startsWith('{"command"')) seen.commands++
        else if (each.startsWith('{"problem"')) seen.problems++
        else if (each.startsWith('{"kind"')) seen.events++
    }),
    { numRuns: 500 },
  )
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(10)
})

test('read what was written', () => {
  fc.assert(
    fc.property(command, event, (asked, told) => {
      expect(readCommand(JSON.stringify(asked))).toEqual({ command: asked })
      expect(readEvent(JSON.stringify(told))).toEqual(told)
    }),
    { numRuns: 500 },
  )
})

test('end a line that never ends before memory does', () => {
  const decoder = lines(chatLimits.commandMax).decoder()
  const pushed = (): number => {
    for (let size = 0; ; size += 1000)
      try {
        for (const line of decoder.push(new Uint8Array(1000).fill(0x2f)))
          throw new Error(`got the line ${line.slice(0, 9)}`)
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        return size
      }
  }
  expect(pushed()).toBeLessThanOrEqual(chatLimits.commandMax + 1000)
})

test('refuse what is deeper than the stack', () => {
  for (const [open, shut] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const depth = 100_000
    const deep = `${open.repeat(depth)}1${shut.repeat(depth)}`
    expect(readCommand(`{"kind":${deep}}`)).toHaveProperty('problem')
    expect(readCommand(`{"kind":"say","room":"lobby","id":"1","text":${deep}}`)).toHaveProperty('problem')
    expect(readEvent(`{"kind":"members","room":"lobby","members":${deep}}`)).toBeNull()
  }
})

test('read the longest line in time that grows with its length, not with its square', () => {
  const many = 128 * 1024
  const since = performance.now()
  for (const line of [
    `/${'a'.repeat(many)}\rx`,
    `/msg${' '.repeat(many)}\u2028x`,
    `/${' \t'.repeat(many / 2)}\rx`,
  ])
    for (const context of contexts) readLine(line, context)
  // In quadratic time, it is minutes; otherwise a few milliseconds.
  expect(performance.now() - since).toBeLessThan(10_000)
})
