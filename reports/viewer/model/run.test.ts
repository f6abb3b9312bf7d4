// A run survives the way into a page and out of it.
import { expect, test } from 'vitest'
import fc from 'fast-check'

import { decodeDocument, encodeDocument } from './document.ts'
import { asciiJson, lastAtMost } from './run.ts'
import { readVarints, VarintWriter } from './varints.ts'
import { runFrom } from '../../testing/run-from.ts'

test('whole numbers come back as they went, up to the largest', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
      const writer = new VarintWriter()
      for (const number of numbers) writer.push(number)
      const back: number[] = []
      readVarints(writer.bytes(), numbers.length, (value) => back.push(value))
      expect(back).toEqual(numbers)
    }),
  )
})

test('fewer numbers than there should be are an error, not zeros', () => {
  expect(() => readVarints(new Uint8Array([1, 128]), 2, () => undefined)).toThrow('number 1 of 2 is missing')
})

test('every field of an event comes back, whatever characters stand in it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.jsonValue()), { maxLength: 20 }),
      (probes) => {
        const sketches = probes.map(([name, value]) => ({ kind: 'probe', node: name, name, value }))
        const run = runFrom(sketches)
        probes.forEach(([name, value], place) => {
          const seq = place + 1
          expect(run.nodeName(run.node[seq]!)).toBe(name)
          expect(run.own(seq)).toEqual(JSON.parse(JSON.stringify({ name, value })))
        })
      },
    ),
  )
})

test('instants, causes, kinds and peers stand in columns', () => {
  const run = runFrom([
    { kind: 'send', node: 'a', at: 5, target: 'b', size: 1, message: { kind: 'hello' } },
    { kind: 'deliver', node: 'b', at: 1e15, cause: 1, source: 'a', message: { kind: 'hello' } },
  ])
  expect([...run.at]).toEqual([0, 5, 1e15])
  expect([...run.cause]).toEqual([0, 0, 1])
  expect([run.kindName(1), run.kindName(2)]).toEqual(['send', 'deliver'])
  expect(run.wordOf(2)).toBe('hello')
  expect(run.nodeName(run.peer[1]! - 1)).toBe('b')
})

test('description and sections come back from one piece of bytes', () => {
  const document = { view: 'campaign', campaign: { name: '☃' } } as never
  const bytes = encodeDocument(
    document,
    new Map([
      ['x', new Uint8Array([1, 2])],
      ['y', new Uint8Array()],
    ]),
  )
  const back = decodeDocument(bytes)
  expect(back.document).toEqual(document)
  expect([...back.sections.get('x')!]).toEqual([1, 2])
  expect([...back.sections.get('y')!]).toEqual([])
})

test('text is found in any case, within one event, and outside of ASCII', () => {
  const run = runFrom([
    { kind: 'log', node: 'a', level: 'info', text: 'Größe {"x":1}', fields: {} },
    { kind: 'log', node: 'a', level: 'info', text: 'other', fields: {} },
    { kind: 'pause', node: 'a' },
  ])
  const found = (text: string): number[] => {
    const flags = new Uint8Array(4)
    run.search(text, flags)
    return [...flags]
  }
  expect(found('gröSSE'.replace('SS', 'ß'))).toEqual([0, 1, 0, 0])
  expect(found('OTHER')).toEqual([0, 0, 1, 0])
  expect(found('"x":1')).toEqual([0, 1, 0, 0])
  expect(found('fields')).toEqual([0, 1, 1, 0])
  expect(found('}{')).toEqual([0, 0, 0, 0])
})

test('JSON keeps its meaning when it is made ASCII', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = asciiJson(JSON.stringify(value))
      // oxlint-disable-next-line no-control-regex -- that is the claim
      expect(json).toMatch(/^[\x00-\x7f]*$/)
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('the last value that is at most so much is found', () => {
  const values = [0, 1, 3, 3, 7]
  expect([0, 1, 2, 3, 6, 7, 9].map((limit) => lastAtMost(values, limit))).toEqual([0, 1, 1, 3, 3, 4, 4])
})
