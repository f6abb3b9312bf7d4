// Every case of testing/cases.ts against our server and against that of npm's ws: the same messages come back, and the same code.

import { once } from 'node:events'

import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'

import { cases } from './testing/cases.ts'
import { servedEcho } from './testing/echo.ts'
import { sendRaw } from './testing/raw-client.ts'
import type { Served } from '../../sim/real/testing/served.ts'
import { countSuite } from '../../sim/real/testing/count-suite.ts'

let ours: Served
let reference: WebSocketServer
let port = 0

beforeAll(async () => {
  ours = await servedEcho({ compression: { sizeMin: 0 } })
  reference = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: { threshold: 0 } })
  reference.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data, isBinary) => {
      socket.send(data, { binary: isBinary })
    })
  })
  await once(reference, 'listening')
  const address = reference.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})

afterAll(async () => {
  reference.close()
  await ours.stop()
})

test('there are as many cases as somebody counted', () => {
  console.log(`${cases.length} cases against our server and that of ws`)
  expect(cases.length).toBe(216)
})

/** What the RFC itself says of whole families: the reference cannot be wrong together with us. */
const codes: readonly (readonly [RegExp, number])[] = [
  [/^[34] /, 1002],
  [/^6 no UTF-8/, 1007],
  [/^7\.9|^12 compressed (continuation|ping)/, 1002],
  [/^(1\.|6 UTF-8|9|10|12\/13)/, 1000],
]

test.each(cases)('$name', async ({ name, pieces, extensions }) => {
  const [own, theirs] = await Promise.all([
    sendRaw(ours.port, pieces, extensions),
    sendRaw(port, pieces, extensions),
  ])
  expect(own).toEqual(theirs)
  expect(own.code).toBe(codes.find(([family]) => family.test(name))?.[1] ?? own.code)
  expect(own.code).not.toBeNull()
  countSuite("cases of WebSocket, as npm's ws judges them", 1)
})
