// The checksum of a whole trace: any change of any byte shows, whatever chunks the bytes come in.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { encodeTrace } from './trace-encoder.ts'
import { TraceSeal } from './trace-seal.ts'

const header = {
  scenario: 'test',
  title: 'a test',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: 'v20.20.0',
  platform: 'linux-x64',
  options: {},
}
const events = Array.from({ length: 20 }, (_, place): Event => {
  return {
    seq: place + 1,
    at: place,
    node: 'a',
    kind: 'timer-fire',
    cause: 0,
    timer: place,
  } as Partial<Event> as Event
})
const trace = Buffer.from(encodeTrace(header, events, { outcome: 'passed', violations: [] }))

function isWhole(bytes: Uint8Array, size = bytes.length): boolean {
  const seal = new TraceSeal()
  for (let start = 0; start < bytes.length; start += size) seal.push(bytes.subarray(start, start + size))
  return seal.end() !== null
}

test('a trace is whole, in chunks of any size', () => {
  const sizes = fc.integer({ min: 1, max: trace.length })
  fc.assert(fc.property(sizes, (size) => isWhole(trace, size)))
  const seal = new TraceSeal()
  seal.push(trace)
  expect(seal.end()).toMatchObject({ events: 20, outcome: 'passed' })
})

test('a trace of which a byte was changed is not', () => {
  const change = fc.record({ place: fc.nat(trace.length - 1), by: fc.integer({ min: 1, max: 255 }) })
  fc.assert(
    fc.property(change, ({ place, by }) => {
      const changed = Uint8Array.from(trace)
      changed[place] = (changed[place] ?? 0) ^ by
      expect(isWhole(changed)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('a trace that is cut off, doubled or followed by more is not, and neither is nothing', () => {
  fc.assert(fc.property(fc.nat(trace.length - 1), (length) => !isWhole(trace.subarray(0, length))))
  expect(isWhole(Buffer.concat([trace, trace]))).toBe(false)
  expect(isWhole(Buffer.concat([trace, Buffer.from('\n')]))).toBe(false)
})
