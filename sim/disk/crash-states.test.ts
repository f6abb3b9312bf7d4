import { describe, expect, it } from 'vitest'

import { crashStates } from './crash-states.ts'
import type { DiskStep } from './crash-model.ts'
import type { DiskState } from './disk-state.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function show(state: DiskState): string {
  const shown = [...state].map(([path, content]) =>
    content === 'directory'
      ? `${path}/`
      : `${path}=${Buffer.from(content).toString('latin1').replaceAll('\0', '.')}`,
  )
  return shown.sort().join(' ') || 'nothing'
}

function statesOf(steps: readonly DiskStep[], entries: 'ordered' | 'any' = 'ordered'): readonly string[] {
  return crashStates(steps, { sectorSize: 4, entries }).map(show).sort()
}

const durable: readonly DiskStep[] = [
  { kind: 'create', path: '/a' },
  { kind: 'append', path: '/a', bytes: bytes('1234') },
  { kind: 'sync', path: '/a' },
  { kind: 'sync-directory', path: '/' },
]

describe('the legal states after a crash', () => {
  it('are one when everything is synced', () => {
    expect(statesOf(durable)).toEqual(['/a=1234'])
  })

  it('leave a new file out when its directory is not synced, although its content is', () => {
    expect(statesOf(durable.slice(0, 3))).toEqual(['/a=1234', 'nothing'])
  })

  it('leave a new file empty, in part or in zeros when its content is not synced', () => {
    expect(
      statesOf([
        { kind: 'create', path: '/a' },
        { kind: 'sync-directory', path: '/' },
        { kind: 'append', path: '/a', bytes: bytes('abcdef') },
      ]),
    ).toEqual(['/a=', '/a=....ef', '/a=......', '/a=abcd', '/a=abcd..', '/a=abcdef'].sort())
  })

  it('let a later write survive an earlier one', () => {
    const states = statesOf([
      ...durable,
      { kind: 'append', path: '/a', bytes: bytes('efgh') },
      { kind: 'append', path: '/a', bytes: bytes('ijkl') },
    ])
    expect(states).toEqual(
      [
        '/a=1234',
        '/a=1234....',
        '/a=1234........',
        '/a=1234....ijkl',
        '/a=1234efgh',
        '/a=1234efgh....',
        '/a=1234efghijkl',
      ].sort(),
    )
  })

  it('have the old or the new file after a rename, never neither and never half', () => {
    const replace: readonly DiskStep[] = [
      ...durable,
      { kind: 'create', path: '/b' },
      { kind: 'append', path: '/b', bytes: bytes('new') },
      { kind: 'sync', path: '/b' },
      { kind: 'rename', path: '/b', target: '/a' },
    ]
    expect(statesOf(replace)).toEqual(['/a=1234', '/a=1234 /b=new', '/a=new'])
    expect(statesOf([...replace, { kind: 'sync-directory', path: '/' }])).toEqual(['/a=new'])
  })

  it('lose a synced file with the directory that is not', () => {
    expect(
      statesOf([
        { kind: 'make-directory', path: '/d' },
        { kind: 'create', path: '/d/a' },
        { kind: 'sync-directory', path: '/d' },
      ]),
    ).toEqual(['/d/ /d/a=', 'nothing'])
  })

  it('keep the order of the operations on a directory where the file system does', () => {
    const two: readonly DiskStep[] = [
      { kind: 'create', path: '/a' },
      { kind: 'create', path: '/b' },
    ]
    expect(statesOf(two)).toEqual(['/a=', '/a= /b=', 'nothing'])
    expect(statesOf(two, 'any')).toEqual(['/a=', '/a= /b=', '/b=', 'nothing'])
  })

  it('are refused when they are too many, or when a step cannot be taken', () => {
    const many: DiskStep[] = [{ kind: 'create', path: '/a' }]
    for (let count = 0; count < 20; count++) many.push({ kind: 'append', path: '/a', bytes: bytes('1234') })
    expect(() => crashStates(many, { statesMax: 1000 })).toThrow('more than 1000')
    expect(() => crashStates([{ kind: 'sync', path: '/a' }])).toThrow('nothing at /a')
  })
})
