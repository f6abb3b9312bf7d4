import { expect, test } from 'vitest'

import { Digest, hashNumber } from './digest.ts'
import { EventLog, nodeLabel } from './event-log.ts'
import { hotKinds } from './hot-kinds.ts'
import type { Event, EventKind, RawFields } from '../event.ts'
import type { Instant } from '../time.ts'

const a = nodeLabel('a')

function digestOf(events: readonly Event[]): string {
  const digest = new Digest()
  for (const event of events) digest.mixEvent({ ...event })
  return digest.value
}

/** One way to fill the own fields of each hot kind, with and without what is optional. */
const samples: { readonly [K in EventKind]?: readonly RawFields<K>[] } = {
  'timer-set': [{ timer: 3, due: (2 ** 40) as Instant }],
  'timer-cancel': [{ timer: 3 }],
  'timer-fire': [{ timer: 4 }],
  'disk-request': [
    { operation: 'write', path: '/log/1', offset: 7, bytes: new Uint8Array([1, 2, 255]) },
    { operation: 'rename', path: '/a', target: '/b' },
    { operation: 'open', path: '/a', flags: 'create', length: 2 },
  ],
  'disk-result': [
    { operation: 'read', path: '/log/1', bytes: new Uint8Array(0), size: 0 },
    { operation: 'list', path: '/', names: ['a', 'b'] },
    { operation: 'sync', path: '/a', error: 'EIO' },
  ],
  probe: [{ name: 'x', value: { list: [1, -0, 2.5, 'ü', null, true], empty: {} } }],
  operation: [
    { phase: 'invoke', id: 1, process: 'c', f: 'get', key: 'k', value: null },
    { phase: 'fail', id: 1, process: 'c', f: 'get', key: null, value: ['x'], error: 'refused' },
  ],
  drop: [{ target: 'b', why: 'loss' }],
}

test('the digest of a log is that of its events as they stand in a trace, for every hot kind too', () => {
  expect(Object.keys(samples).sort()).toEqual(Object.keys(hotKinds).sort())
  const log = new EventLog()
  const events: Event[] = []
  log.subscribeAll((event) => events.push(event))
  log.emit('crash', a, 0, { connections: 'reset' })
  for (const [kind, list] of Object.entries(samples)) {
    for (const fields of list) log.emit(kind as EventKind, a, 1, fields)
  }
  log.emitSend(a, nodeLabel('b'), 12, Object.freeze({ kind: 'hello' }), 77)
  const recorded = JSON.parse(JSON.stringify(events.slice(0, -1))) as Event[]
  const alone = new EventLog()
  alone.emit('crash', a, 0, { connections: 'reset' })
  for (const [kind, list] of Object.entries(samples)) {
    for (const fields of list) alone.emit(kind as EventKind, a, 1, fields)
  }
  expect(alone.digest.value).toBe(digestOf(recorded))
})

test('any change of any digested field changes the digest', () => {
  const event = {
    seq: 1,
    at: 5 as Instant,
    node: 'a',
    kind: 'probe',
    cause: 0,
    name: 'x',
    value: [1, { b: 2 }],
  } as const
  const base = digestOf([event])
  const changes: readonly Partial<Event>[] = [
    { at: 6 as Instant },
    { node: 'b' },
    { cause: 1 },
    { name: 'y' },
    { value: [1, { b: 3 }] },
  ]
  for (const change of changes) expect(digestOf([{ ...event, ...change } as Event])).not.toBe(base)
  expect(hashNumber(-0)).toBe(hashNumber(0))
})

test('the stack and text of an error are kept in the event but stay out of the digest: they differ between machines', () => {
  const exit = {
    seq: 1,
    at: 5 as Instant,
    node: 'a',
    kind: 'exit',
    cause: 0,
    code: 1,
    error: 'x',
    stack: '/home/me',
  } as const
  expect(digestOf([exit])).toBe(digestOf([{ ...exit, error: 'y', stack: '/root' }]))
  expect(digestOf([exit])).not.toBe(digestOf([{ ...exit, code: 2 }]))
})

test('what a subscriber does to the world waits until every subscriber has seen the event', () => {
  const log = new EventLog()
  const seen: string[] = []
  log.subscribe('pause', (event) => {
    seen.push(`first saw ${event.seq}`)
    log.afterEmission(() => log.emit('resume', a, event.seq, {}))
  })
  log.subscribe('pause', (event) => seen.push(`second saw ${event.seq}`))
  log.subscribe('resume', (event) => seen.push(`resume ${event.seq} because of ${event.cause}`))
  log.emit('pause', a, 0, {})
  expect(seen).toEqual(['first saw 1', 'second saw 1', 'resume 2 because of 1'])
})

test('events are counted whether or not somebody subscribes, and a subscription ends', () => {
  const log = new EventLog()
  const seen: number[] = []
  const end = log.subscribe('pause', ({ seq }) => seen.push(seq))
  log.emit('pause', a, 0, {})
  end()
  log.emit('pause', a, 0, {})
  expect(seen).toEqual([1])
  expect([...log.counts()]).toEqual([['pause', 2]])
})
