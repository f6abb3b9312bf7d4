import { expect, test } from 'vitest'

import { httpParameterNames, readHttpParameters } from './http-parameters.ts'
import { type Data, ms, seconds } from '../../sim/index.ts'

test('limits, counts and time-outs are read, others are left alone', () => {
  expect(readHttpParameters('http', { port: 80 })).toEqual({})
  expect(
    readHttpParameters('http', {
      port: 80,
      bodyMax: 1024,
      headerBytesMax: 100,
      connectionsMax: 5,
      idleTimeout: 0.5,
      drainTimeout: 3,
      log: 'requests',
      logPerSecondMax: 10,
    }),
  ).toEqual({
    limits: { bodyMax: 1024, headerBytesMax: 100 },
    connectionsMax: 5,
    idleTimeout: ms(500),
    drainTimeout: seconds(3),
    requestLog: { perSecondMax: 10 },
  })
})

test('every name refuses what is none of its values, and says what it wanted', () => {
  for (const name of httpParameterNames)
    for (const value of [
      'much',
      -1,
      0,
      null,
      [1],
      name === 'log' ? 5 : 1e12,
    ] as const satisfies readonly Data[])
      expect(() => readHttpParameters('http', { [name]: value })).toThrow(
        /^http: parameter [A-Za-z]+: got [^]+, wanted (a whole number|seconds|none or requests)/,
      )
})
