import { expect, test } from 'vitest'

import { publishedState } from './published-state.ts'

test.each([
  ['raft.role', { term: 3, role: 'leader' }, { state: 'leader', detail: 'term 3' }],
  ['anything', { role: 'leader', epoch: 2 }, { state: 'leader', detail: 'term 2' }],
  ['state', { phase: 'waiting' }, { state: 'waiting', detail: '' }],
  ['node-state', 'idle', { state: 'idle', detail: '' }],
  ['leader', 4, { state: 'leader', detail: '4' }],
  ['leader', 'n1', { state: 'leader', detail: 'n1' }],
  ['primary', 2, { state: 'primary', detail: '2' }],
  ['is primary', true, { state: 'primary', detail: '' }],
])('a probe %s = %j tells a state', (name, value, told) => {
  expect(publishedState(name, value)).toEqual(told)
})

test.each([
  ['leader', false],
  ['state', ''],
])('a probe %s = %j says that there is no state any more', (name, value) => {
  expect(publishedState(name, value)).toBeNull()
})

test.each([
  ['count', 4],
  ['mood', 'calm'],
  ['state', null],
  ['state', ['a']],
  ['state', { digest: 'a' }],
  ['state', { role: 3 }],
  ['misstate', 'a'],
])('a probe %s = %j tells no state', (name, value) => {
  expect(publishedState(name, value)).toBeUndefined()
})
