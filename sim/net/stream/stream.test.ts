import { expect, test } from 'vitest'

import { TestWorld } from '../testing/test-world.ts'
import type { Program } from '../../env.ts'

const echo: Program = async (env) => {
  const server = await env.net.listen(7)
  for await (const connection of server)
    env.spawn(async () => {
      for await (const chunk of connection) await connection.write(chunk)
      connection.end()
    })
}

test('an echo over a stream reads as a story', async () => {
  const heard: string[] = []
  const client: Program = async (env) => {
    const connection = await env.net.connect('server', 7)
    await connection.write('hello')
    connection.end()
    for await (const chunk of connection) heard.push(new TextDecoder().decode(chunk))
  }
  const world = new TestWorld({ server: echo, client })
  await world.run()
  expect(world.story).toMatchInlineSnapshot(`
    "0.000000000s #1 <-0 server start incarnation=1 version=1
    0.000000000s #2 <-0 client start incarnation=1 version=1
    0.000000000s #3 <-1 server listen protocol=stream port=7
    0.000000000s #4 <-2 client connect stream=1 target=server port=7
    0.001000000s #5 <-4 server accept stream=1 source=client port=7
    0.002000000s #6 <-4 client connect-result stream=1
    0.002000000s #7 <-6 client stream-write stream=1 bytes="hello"
    0.002000000s #8 <-6 client stream-end stream=1
    0.003000000s #9 <-7 server stream-read stream=1 bytes="hello"
    0.003000000s #10 <-9 server stream-write stream=1 bytes="hello"
    0.003000000s #11 <-8 server stream-ended stream=1
    0.003000000s #12 <-11 server stream-end stream=1
    0.004000000s #13 <-10 client stream-read stream=1 bytes="hello"
    0.004000000s #14 <-12 client stream-ended stream=1"
  `)
  expect(heard.join('')).toBe('hello')
})
