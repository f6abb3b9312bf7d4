// What back-ends are asked by checks, and what answers count.

import { expect, test } from 'vitest'

import { asking, backendAt, playOn, saying, stages } from '../testing/on-both.ts'
import { readSettings } from '../index.ts'
import { type DataRecord, type Env, ms } from '../../../sim/index.ts'
import { Fields } from '../../http/index.ts'

const often = { check: 'http', checkEveryMs: 50, checkTimeoutMs: 500, rise: 1, fall: 1, outliers: false }

async function stateOf(env: Env, name: string): Promise<string> {
  const { text } = await asking(env, { url: 'http://lb:81/backends' })
  const told = JSON.parse(text.slice(4)) as readonly { name: string; state: string; checks: number }[]
  const one = told.find((each) => each.name === name)
  return one === undefined || one.checks === 0 ? '' : one.state
}

async function stateAfterChecks(env: Env, name: string): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const state = await stateOf(env, name)
    if (state !== '') return state
    await env.sleep(ms(10))
  }
  return 'unchecked'
}

test.each(stages)('a check asks as it is told, %s', async (_, stage) => {
  const played = (parameters: DataRecord): Promise<readonly string[]> => {
    let seen = ''
    return playOn(stage, {
      parameters: { ...often, ...parameters },
      backends: {
        a: ({ method, target, headers }) => {
          seen = `${method} ${target} ${headers.get('host')}`
          return { status: 302, headers: new Fields(), body: 'elsewhere' }
        },
      },
      client: async (env, note) => {
        note(await stateAfterChecks(env, 'a'))
        note(seen.replace(/:[0-9]+$/, ':PORT'))
      },
    })
  }
  expect((await played({}))[0]).toBe('down')
  expect((await played({ checkStatus: [302] }))[0]).toBe('up')
  const told = {
    checkMethod: 'HEAD',
    checkHost: 'shop.example:8080',
    checkPath: '/ready?x',
    checkStatus: [302],
  }
  expect(await played(told)).toEqual(['up', 'HEAD /ready?x shop.example:PORT'])
  expect(await played({ ...told, checkMethod: 'OPTIONS', checkHost: 'shop.example' })).toEqual([
    'up',
    'OPTIONS /ready?x shop.example',
  ])
})

test.each(stages)('a check may be of another port than that which serves, %s', async (_, stage) => {
  const played = (check: string, checkPort: number): Promise<readonly string[]> =>
    playOn(stage, {
      parameters: { ...often, check, checkPort, backends: [backendAt('a', 0)] },
      backends: { a: () => ({ status: 500, headers: new Fields(), body: 'a' }), b: saying('b') },
      client: async (env, note) => note(await stateAfterChecks(env, 'a')),
    })
  expect(await played('http', 0)).toEqual(['down'])
  expect(await played('http', 1002)).toEqual(['up'])
  expect(await played('tcp', 999)).toEqual(['down'])
  expect(await played('tcp', 1002)).toEqual(['up'])
})

test('a host that is none is refused', () => {
  for (const checkHost of ['a b', 'a\r\nX: y', 'a/b'])
    expect(() => readSettings({ checkHost })).toThrow('checkHost: got')
  expect(readSettings({ checkHost: '[::1]:80' }).checkHost).toBe('[::1]:80')
})
