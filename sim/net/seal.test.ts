import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { seal, sealedSize } from './seal.ts'
import { hashData } from '../log/index.ts'

test('a sealed message is frozen all the way down', () => {
  const message = { kind: 'put', entries: [{ key: 'a', value: [1, 2] }] }
  seal(message)
  expect(Object.isFrozen(message)).toBe(true)
  expect(Object.isFrozen(message.entries)).toBe(true)
  expect(Object.isFrozen(message.entries[0])).toBe(true)
  expect(Object.isFrozen(message.entries[0]?.value)).toBe(true)
})

test('the hash of a message is that of its data, whatever came before with the same kind', () => {
  const data = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('any')),
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__' && key !== 'constructor'),
        tie('any'),
        { noNullPrototype: true },
      ),
    ),
  })).any
  fc.assert(
    fc.property(fc.constantFrom('a', 'b'), data, fc.option(data, { nil: undefined }), (kind, one, two) => {
      const message = { kind, one, two }
      const copy = JSON.parse(JSON.stringify(message))
      expect(seal(message)).toBe(hashData(copy))
    }),
  )
})

test('its size is about that of its JSON', () => {
  const message = { kind: 'append', term: 3, entries: [{ key: 'abc', value: 'x'.repeat(100) }], isLast: true }
  seal(message)
  const json = JSON.stringify(message).length
  expect(sealedSize).toBeGreaterThan(json * 0.7)
  expect(sealedSize).toBeLessThan(json * 1.3)
})

class Point {
  readonly x = 1
}
const cycle: { kind: string; self?: unknown } = { kind: 'cycle' }
cycle.self = cycle

test.each([
  [{ kind: 'a', call: () => 1 }, 'message.call: got a function (call), wanted plain data'],
  [{ kind: 'a', at: new Point() }, 'message.at: got an instance of Point, wanted plain data'],
  [{ kind: 'a', at: new Map() }, 'message.at: got an instance of Map, wanted plain data'],
  [{ kind: 'a', list: [1, { deep: Number.NaN }] }, 'message.list[1].deep: got number NaN, wanted plain data'],
  [{ kind: 'a', big: 1n }, 'message.big: got bigint 1, wanted plain data'],
  [{ kind: 'a', list: [undefined] }, 'message.list[0]: got undefined undefined, wanted plain data'],
])('what could not cross a wire is refused with its path: %s', (message, words) => {
  expect(() => seal(message)).toThrow(words)
})

test('a cycle is refused rather than followed for ever', () => {
  expect(() => seal(cycle)).toThrow('nested more than 64 deep (a cycle?)')
})

test.each([[null], ['text'], [{}], [{ kind: 1 }], [new Point()]])('%s is no message', (value) => {
  expect(() => seal(value as { kind: string })).toThrow(TypeError)
})
