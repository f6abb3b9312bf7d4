// What a cache has to know of answers that may be compressed (RFC 9110, sections 12.5.5, 15.3.7 and 15.4.5).

import { expect, test } from 'vitest'

import { readableBytes } from './partial.ts'
import { content, readable } from '../app/reply.ts'
import { restApp } from '../app/rest-app.ts'
import { route } from '../app/route.ts'
import { ask, TestEnv } from '../testing/test-env.ts'
import { at, seconds } from '../../../sim/index.ts'

const long = new TextEncoder().encode('so it goes, '.repeat(500))
const app = restApp(new TestEnv(), {
  title: 'Test',
  version: '1',
  compresses: true,
  routes: [
    route({
      method: 'GET',
      path: '/text',
      handle: () => readable(readableBytes(long), 'text/plain', { modified: at(seconds(9)) }),
    }),
    route({ method: 'GET', path: '/picture', handle: () => readable(readableBytes(long), 'image/png') }),
    route({ method: 'GET', path: '/short', handle: () => content('short', 'text/plain') }),
  ],
}).handler

async function varyOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask(app, `GET ${path}`, { headers })
  return `${answer.status} ${answer.headers.get('vary') ?? '-'}`
}

test('an answer without a body, or with parts of it, varies as the whole one does', async () => {
  const { headers } = await ask(app, 'GET /text')
  const since = { 'If-Modified-Since': headers.get('last-modified') ?? '' }
  expect(await varyOf('/text')).toBe('200 Accept-Encoding')
  expect(await varyOf('/text', { Range: 'bytes=0-9' })).toBe('206 Accept-Encoding')
  expect(await varyOf('/text', { Range: 'bytes=0-9,100-109' })).toBe('206 Accept-Encoding')
  expect(await varyOf('/text', since)).toBe('304 Accept-Encoding')
  expect(await varyOf('/picture')).toBe('200 -')
  expect(await varyOf('/picture', { Range: 'bytes=0-9' })).toBe('206 -')
  expect(await varyOf('/short')).toBe('200 -')
})
