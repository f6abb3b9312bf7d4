import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readPath, RouteError } from './path-pattern.ts'
import { readRequestPath } from './request-path.ts'
import { Router } from './router.ts'

function routerOf(...paths: readonly string[]): Router<string> {
  const router = new Router<string>()
  for (const path of paths) router.add('GET', path, path)
  return router
}

function found(router: Router<string>, path: string): unknown {
  const target = readRequestPath('GET', path)
  if (target.kind !== 'path') return target.kind
  const place = router.find(target.segments)
  return place === null ? null : [place.path, Object.fromEntries(place.parameters)]
}

describe('a path leads', () => {
  const router = routerOf(
    '/',
    '/items',
    '/items/new',
    '/items/{id}',
    '/items/{id}/parts',
    '/items/new/x',
    '/files/{path*}',
    '/{any*}',
  )

  test.each<[string, unknown]>([
    ['/', ['/', {}]],
    ['/items', ['/items', {}]],
    ['/items/new', ['/items/new', {}]],
    ['/items/7', ['/items/{id}', { id: '7' }]],
    // The static segment leads nowhere here, so the parameter is tried.
    ['/items/new/parts', ['/items/{id}/parts', { id: 'new' }]],
    ['/files/a/b%20c', ['/files/{path*}', { path: 'a/b c' }]],
    ['/items/a%2Fb', ['/items/{id}', { id: 'a/b' }]],
    ['/items/%E2%82%AC?x=1', ['/items/{id}', { id: '€' }]],
    // A slash at the end makes another path; wildcards take it.
    ['/items/', ['/{any*}', { any: 'items/' }]],
    ['/files', ['/{any*}', { any: 'files' }]],
    ['http://host/items', ['/items', {}]],
    ['/items/%zz', 'refused'],
    ['/items/%ff', 'refused'],
    ['/files/../x', 'refused'],
    ['/files/%2e%2E/x', 'refused'],
    ['/files/%00', 'refused'],
    ['*', 'everything'],
    ['/' + 'a/'.repeat(100), 'refused'],
  ])('%s', (path, expected) => {
    expect(found(router, path)).toEqual(expected)
  })
})

test.each<[string, readonly string[], string]>([
  ['the same route twice', ['/a/{x}', '/a/{x}'], 'the same route twice'],
  ['the same path under other names', ['/a/{x}', '/a/{y}'], 'the same path as /a/{x}'],
  ['other names of wildcards', ['/a/{x*}', '/a/{y*}'], 'the same path as /a/{x*}'],
  ['a parameter twice', ['/{x}/{x}'], 'a parameter twice'],
  ['a wildcard that is not at the end', ['/{x*}/a'], 'a wildcard before other segments'],
  ['half a segment', ['/a{x}'], 'the segment "a{x}"'],
  ['no slash', ['a'], 'no slash at the start'],
])('refused at registration: %s', (_, paths, told) => {
  expect(() => routerOf(...paths)).toThrow(RouteError)
  expect(() => routerOf(...paths)).toThrow(told)
})

test('the query is read as forms write it', () => {
  expect(readRequestPath('GET', '/?a=1&b=x+y%26&a=2&c&=d')).toMatchObject({
    query: [
      ['a', '1'],
      ['b', 'x y&'],
      ['a', '2'],
      ['c', ''],
      ['', 'd'],
    ],
  })
})

/** Whether a pattern fits, and how it ranks: by its kinds of segments, from left to right. */
function rankOf(pattern: string, segments: readonly string[]): string | null {
  const parts = readPath(pattern)
  const last = parts.at(-1)
  if (last?.kind === 'wildcard' ? segments.length < parts.length : segments.length !== parts.length)
    return null
  const ranks = { static: 'a', parameter: 'b', wildcard: 'c' }
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'static' ? part.text !== segments[at] : segments[at] === '') return null
  }
  return parts.map(({ kind }) => ranks[kind]).join('')
}

test('the trie finds what trying all patterns finds', () => {
  const segment = fc.constantFrom('a', 'b', '{x}', '')
  const pattern = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([parts, isWild]) => [
      ...parts.map((part, at) => (part === '{x}' ? `{x${at}}` : part)),
      ...(isWild ? ['{w*}'] : []),
    ])
    .map((parts) => `/${parts.join('/')}`)
  const path = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { maxLength: 12 }), path, (patterns, segments) => {
      const ranked = patterns
        .map((each) => [rankOf(each, segments), each] as const)
        .filter(([rank]) => rank !== null)
        .toSorted(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1))
      expect(routerOf(...patterns).find(segments)?.path ?? null).toBe(ranked[0]?.[1] ?? null)
    }),
    { numRuns: 2_000 },
  )
})
