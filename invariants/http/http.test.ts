// Each promise of HTTP servers in a recording that keeps it, and in those that break it.

import { expect, test } from 'vitest'

import { httpKeysKept, httpRequestsAnswered } from './index.ts'
import { lookedAt, verdictOf } from '../testing/judge.ts'
import { type Recording, recording } from '../testing/recording.ts'
import type { DataRecord, Invariant } from '../../sim/index.ts'

const asked = (run: Recording, id: number, key?: string, target = '/orders'): Recording =>
  run.probe('web', 'http.request', { id, method: 'POST', target, ...(key === undefined ? {} : { key }) })
const answered = (run: Recording, id: number, said: DataRecord = {}): Recording =>
  run.probe('web', 'http.response', { id, status: 201, isWhole: true, ...said })
const pair = (run: Recording, id: number, key: string, said: DataRecord = {}): Recording =>
  answered(asked(run, id, key), id, said)

test('in order, also over a crash and a new start, all is kept', async () => {
  const run = recording().start('web')
  pair(pair(run, 1, 'a', { answer: 'x' }), 2, 'a', { answer: 'x' })
  pair(pair(run, 3, 'a', { status: 409 }), 4, 'a', { status: 503 })
  pair(run, 5, 'b', { status: 400 })
  pair(run, 6, 'b')
  pair(run, 7, 'b', { status: null, isWhole: false })
  answered(asked(run, 8, 'a', '/orders?other'), 8, { answer: 'y' })
  asked(run, 9)
  run.add('exit', 'web', { code: 1 }).start('web', 2)
  asked(run, 1)
  run.probe('web', 'http.response', 'no answer').probe('web', 'other', 1)
  for (const [invariant, looked] of [
    [httpRequestsAnswered, 8],
    [httpKeysKept, 4],
  ] as const) {
    expect(await verdictOf(invariant, run)).toBe('holds')
    expect(await lookedAt(invariant, run)).toBe(looked)
  }
})

const stopped = (run: Recording): Recording => run.add('stop', 'web', { isForced: false })

test.each<[string, Invariant, Recording, RegExp]>([
  ['an answer to nothing', httpRequestsAnswered, answered(recording(), 1), /to no request/],
  [
    'a second answer',
    httpRequestsAnswered,
    answered(answered(asked(recording(), 1), 1), 1),
    /to no request, or a second one\nthe answer 201 to request 1 of web/,
  ],
  ['a number twice', httpRequestsAnswered, asked(asked(recording(), 1), 1), /two requests have one number/],
  [
    'a request that a stop leaves unanswered',
    httpRequestsAnswered,
    stopped(asked(asked(recording(), 1), 2)),
    /unanswered\n2 of web, the first 1: POST \/orders/,
  ],
  [
    'another status under a key',
    httpKeysKept,
    pair(pair(recording(), 1, 'a'), 2, 'a', { status: 200 }),
    /two answers\nweb POST \/orders a: 201, then 200$/,
  ],
  [
    'another body under a key',
    httpKeysKept,
    pair(pair(recording(), 1, 'a', { answer: 'x' }), 2, 'a', { answer: 'y' }),
    /201 with another body$/,
  ],
])('it is a violation: %s', async (_what, invariant, run, wanted) => {
  expect(await verdictOf(invariant, run)).toMatch(wanted)
})
