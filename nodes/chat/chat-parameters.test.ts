import { expect, test } from 'vitest'

import { chatParameterNames, readChatLog, readChatParameters } from './chat-parameters.ts'
import { ms } from '../../sim/index.ts'

test('bounds are read under their names, waits in seconds; others are left alone', () => {
  const read = readChatParameters('chat', { outboxMax: 1000, namelessFor: 0.5, stopTimeout: 2, port: 7000 })
  expect(read).toEqual({ outboxMax: 1000, namelessFor: ms(500), stopTimeout: ms(2000) })
})

test('every bound refuses what is none, and says what it wanted', () => {
  for (const name of chatParameterNames.filter((each) => each !== 'log'))
    for (const value of ['much', -1, 0, null, [1], 1e12])
      expect(() => readChatParameters('chat', { [name]: value })).toThrow(
        /^chat: parameter [A-Za-z]+: got [^]+, wanted (a whole number|seconds)/,
      )
})

test('what is published is nothing unless it is asked for', () => {
  expect([readChatLog('chat', {}), readChatLog('chat', { log: 'messages' })]).toEqual([false, true])
  expect(() => readChatLog('chat', { log: 5 })).toThrow('chat: parameter log: got 5, wanted none or messages')
})
