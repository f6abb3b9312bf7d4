import { expect, test } from 'vitest'

import { invariantNamesFor, invariantsNamed } from './log-invariants.ts'

test('the logs of a Redis on a Raft log are judged by what its replicas publish of what they hold, too', () => {
  expect(invariantNamesFor('redis-raft')).toBe('redis-raft no-exit')
  expect(invariantNamesFor('redis-sentinel')).toBe('redis-sentinel no-exit')
  expect(invariantNamesFor('kv')).toBe('raft no-exit')
  expect(invariantsNamed(['raft', 'redis-raft', 'no-exit']).map(({ name }) => name)).toEqual([
    'raft safety',
    'replicas hold the same at the same index',
    'no exit by an error',
  ])
})
