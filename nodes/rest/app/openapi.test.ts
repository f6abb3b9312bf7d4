// What a description may not say, although its JSON has the shape of one.

import { expect, test } from 'vitest'

import { openApiOf } from './openapi.ts'
import { empty } from './reply.ts'
import type { Method, Route } from './route.ts'

interface Described {
  readonly paths: Record<string, Record<string, { parameters: { name: string; schema: unknown }[] }>>
}

function described(...routes: readonly (readonly [Method, string])[]): Described {
  const all = routes.map(([method, path]): Route => ({
    method,
    path,
    parameters: { rest: { type: 'string', minLength: 7 } },
    handle: () => empty(),
  }))
  return openApiOf({ title: 'Test', version: '1', routes: all }) as Described
}

test('a wildcard beside a parameter of another name is one path with one name', () => {
  const { paths } = described(['GET', '/files/{name}'], ['PUT', '/files/{rest*}'], ['GET', '/files/{rest*}'])
  expect(Object.keys(paths)).toEqual(['/files/{name}'])
  expect(paths['/files/{name}']?.['get']?.parameters).toMatchObject([
    { name: 'name', schema: { type: 'string' } },
  ])
  expect(paths['/files/{name}']?.['put']?.parameters).toMatchObject([
    { name: 'name', schema: { type: 'string', minLength: 7 } },
  ])
})
