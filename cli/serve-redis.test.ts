// `faultline serve redis`: what the command tells the server of where it is, and what it says where its users are missing.

import { mkdirSync } from 'node:fs'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { type Serving, serving } from './testing/serving.ts'
import { Workplace } from './testing/workplace.ts'
import { shown, Wire } from '../nodes/redis/testing/wire.ts'
import { freePort } from '../sim/real/testing/both.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Two servers, of which the second says its port wherever it says one, and to the first as its master; the codes with which both end. */
async function tellTheirPorts(
  nodes: readonly Serving[],
  first: number,
  second: number,
): Promise<readonly (number | null)[]> {
  const [master, replica] = [await Wire.open(first), await Wire.open(second)]
  expect(shown(await replica.ask('CONFIG', 'GET', 'port'))).toContain(`"${second}"`)
  expect(shown(await replica.ask('INFO', 'server'))).toContain(`tcp_port:${second}`)
  expect(shown(await replica.ask('REPLICAOF', '127.0.0.1', `${first}`))).toBe('+OK')
  await vi.waitFor(
    async () => {
      expect(shown(await master.ask('ROLE'))).toContain(`"127.0.0.1" "${second}"`)
    },
    { timeout: 30_000 },
  )
  for (const wire of [master, replica]) wire.close()
  for (const node of nodes) node.signal('SIGTERM')
  return Promise.all(nodes.map((node) => node.ended()))
}

describe('serve redis', () => {
  let place: Workplace
  beforeAll(() => {
    place = new Workplace()
  })
  afterAll(() => place.remove())

  test('with --port says that port wherever it says one, and to its master', async () => {
    const [first, second] = [await freePort(), await freePort()]
    const nodes = await Promise.all(
      [first, second].map((port) => serving(place, 'redis', '--port', `${port}`, '--name', `on-${port}`)),
    )
    expect(await Promise.all(nodes.map((node, at) => node.portOf([first, second][at] ?? 0)))).toEqual([
      first,
      second,
    ])
    expect(await tellTheirPorts(nodes, first, second)).toEqual([0, 0])
  })

  test('with --port 0 says the port that it was given', async () => {
    const nodes = await Promise.all(
      ['first', 'second'].map((name) => serving(place, 'redis', '--port', '0', '--name', name)),
    )
    const [first = 0, second = 0] = await Promise.all(nodes.map((node) => node.portOf(6379)))
    expect(await tellTheirPorts(nodes, first, second)).toEqual([0, 0])
  })

  test.each([
    [
      'no file',
      null,
      /got users\.acl, but \/users\.acl on its disk is no file[^\n]* \(its disk is no-users\/files\)\n$/,
    ],
    ['a wrong one', 'user a +nosuch\n', /got users\.acl, where [^\n]*acl:1: Unknown command/],
  ])('with %s for its users it ends with code 2 and one line', async (_, text, problem) => {
    const data = text === null ? 'no-users' : 'wrong-users'
    mkdirSync(place.path(`${data}/files`), { recursive: true })
    if (text !== null) place.write(`${data}/files/users.acl`, text)
    const said = await place.faultline(
      'serve',
      'redis',
      '--port',
      '0',
      '--data',
      data,
      '--set',
      'aclfile=users.acl',
    )
    expect([said.code, said.error]).toEqual([2, expect.stringMatching(problem)])
    expect(said.error).toMatch(/^(started [^\n]*\n)?faultline: [^\n]*wanted [^\n]*\n$/)
  })
})
