import { describe, expect, it } from 'vitest'

import { formatPath, parsePath } from './path.ts'

describe('a path', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['//a///b/', '/a/b'],
    ['/a/./b/.', '/a/b'],
    ['/a/../b', '/b'],
    ['/a/..', '/'],
    [`/${'n'.repeat(255)}`, `/${'n'.repeat(255)}`],
  ])('%s is %s', (path, normal) => {
    expect(formatPath(parsePath(path) ?? ['not parsed'])).toBe(normal)
  })

  it.each<[unknown, string]>([
    ['', 'is empty'],
    ['a/b', 'is relative'],
    ['/..', 'leads above the root'],
    ['/a/../../b', 'leads above the root on its way'],
    ['/a\0b', 'holds a NUL'],
    [`/${'n'.repeat(256)}`, 'has too long a name'],
    ['/a'.repeat(2049), 'is too long'],
    [7, 'is no text'],
  ])('is refused that %2$s', (path: unknown) => {
    expect(parsePath(path)).toBeNull()
  })
})
