// What anybody may send to the door for messages: it ends that connection, and nothing else.

import { once } from 'node:events'
import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { freePort } from './testing/both.ts'
import { messagesPort, RealNode } from './index.ts'

test.each([
  ['a number that is none', '{"from":"x"}\n{"kind":"a","n":1e999}\n'],
  ['more depth than a message has', `{"from":"x"}\n{"kind":"a","n":${'['.repeat(500)}${']'.repeat(500)}}\n`],
  ['no sender', '{"kind":"a"}\n'],
  ['no JSON', '{"from":"x"}\nnonsense\n'],
  ['no message', '{"from":"x"}\n[1]\nnull\n'],
])('%s ends its connection and not the node', async (_name, text) => {
  const got: unknown[] = []
  const place = { host: '127.0.0.1', port: await freePort() }
  const node = new RealNode({
    name: 'a',
    program: (env) => {
      env.messages.on('a', (message) => void got.push(message))
    },
    listen: new Map([[messagesPort, place]]),
  })
  await node.start()
  const bad = connect(place.port, place.host)
  bad.on('error', () => undefined)
  bad.write(text)
  await once(bad, 'close')
  const good = connect(place.port, place.host)
  good.write('{"from":"y"}\n{"kind":"a","__proto__":{"b":1}}\n')
  while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  good.destroy()
  await node.stop()
  // A name that has a meaning for JavaScript is a name like others.
  expect(JSON.stringify(got)).toBe('[{"kind":"a","__proto__":{"b":1}}]')
})
