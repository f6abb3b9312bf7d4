import { describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { InputDigest } from './input-digest.ts'

function deliver(node: string, at: number, text: string, seq = 1): Event {
  const event: object = { seq, at, node, kind: 'deliver', cause: seq - 1, source: 'c', message: { text } }
  return event as Event
}

function digestOf(...events: readonly Event[]): string {
  const digest = new InputDigest()
  for (const event of events) digest.take(event)
  return digest.value
}

describe('the digest of inputs', () => {
  const one = digestOf(deliver('a', 1, 'x'), deliver('b', 1, 'y'))

  test('is that of what programs were given, not of its numbers in the log', () => {
    expect(digestOf(deliver('a', 1, 'x', 7), deliver('b', 1, 'y', 9))).toBe(one)
    const fire = (timer: number): Event => ({ ...deliver('a', 2, ''), kind: 'timer-fire', timer })
    expect(digestOf(fire(1))).toBe(digestOf(fire(2)))
  })

  test('is the same whichever node had its input first', () => {
    expect(digestOf(deliver('b', 1, 'y'), deliver('a', 1, 'x'))).toBe(one)
  })

  test('is another one for other data, another instant, another node, another order or an input less', () => {
    const others = [
      digestOf(deliver('a', 1, 'z'), deliver('b', 1, 'y')),
      digestOf(deliver('a', 2, 'x'), deliver('b', 1, 'y')),
      digestOf(deliver('c', 1, 'x'), deliver('b', 1, 'y')),
      digestOf(deliver('a', 1, 'x')),
      digestOf(deliver('a', 1, 'x'), deliver('a', 1, 'y')),
      digestOf(deliver('a', 1, 'y'), deliver('a', 1, 'x')),
    ]
    expect(new Set([one, ...others]).size).toBe(others.length + 1)
  })
})
