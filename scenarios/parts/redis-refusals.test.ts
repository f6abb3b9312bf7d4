// What a server must not do while its disk fails, each told by its invariant.

import { describe, expect, test } from 'vitest'

import { refusedWritesAreNotSeen, refusesAsRedisDoes, refusesWhileFull } from './redis-refusals.ts'
import { checkEvents, unknownWorld } from '../../invariants/index.ts'
import { at, type Data, type Event, type EventOf, type Invariant, ms } from '../../sim/index.ts'

type Operation = Pick<EventOf<'operation'>, 'f' | 'phase'> & {
  readonly value?: Data
  readonly error?: string
}

const full = 'MISCONF Errors writing to the AOF file: No space left on device'

/** One operation: invoked a millisecond before it ends, unless it does not end. */
function operation(
  id: number,
  time: number,
  begun: Data,
  { f, phase, ...told }: Operation,
): readonly Event[] {
  const shape = { node: 'client', kind: 'operation', cause: 0, process: 'p', key: 'k', id, f } as const
  return [
    { ...shape, seq: id * 10, at: at(ms(time - 1)), phase: 'invoke', value: begun },
    { ...shape, seq: id * 10 + 1, at: at(ms(time)), phase, value: null, ...told },
  ]
}

const put = (id: number, phase: Operation['phase'], error?: string, time = id): readonly Event[] =>
  operation(id, time, `${id}.x`, { f: 'put', phase, ...(error === undefined ? {} : { error }) })
const get = (id: number, value: Data): readonly Event[] =>
  operation(id, id, null, { f: 'get', phase: 'ok', value })

async function told(
  invariant: Invariant,
  ...events: readonly (readonly Event[])[]
): Promise<readonly string[]> {
  const { violations } = await checkEvents([invariant], events.flat(), unknownWorld)
  return violations.map(({ message }) => message.replace('\n', ': '))
}

describe('refused writes are not seen', () => {
  test('by nobody who reads what was there before, or what may have been written', async () => {
    const events = [
      put(1, 'ok'),
      put(2, 'fail', full),
      put(3, 'info'),
      get(4, '1.x'),
      get(5, '3.x'),
      get(6, null),
    ]
    expect(await told(refusedWritesAreNotSeen, ...events)).toEqual([])
  })

  test('where one is read, that is found', async () => {
    expect(await told(refusedWritesAreNotSeen, put(1, 'ok'), put(2, 'fail', full), get(3, '2.x'))).toEqual([
      'a write that was refused is read: "2.x"',
    ])
  })
})

describe('refuses as Redis does', () => {
  test('with its words, and what a client says by itself is not judged', async () => {
    expect(await told(refusesAsRedisDoes, put(1, 'fail', full), put(2, 'fail', 'no connection'))).toEqual([])
  })

  test('not with other words, and no read', async () => {
    expect(await told(refusesAsRedisDoes, put(1, 'fail', 'ERR no'))).toEqual([
      'an error that Redis does not give: put: ERR no',
    ])
    const refused = operation(2, 2, null, { f: 'get', phase: 'fail', error: full })
    expect(await told(refusesAsRedisDoes, refused)).toEqual([
      `an error that Redis does not give: get: ${full}`,
    ])
  })
})

describe('refuses writes while the disk is full', () => {
  const invariant = refusesWhileFull('server')
  const shape = { seq: 1, node: '', cause: 0, index: 0 } as const
  const disk = { kind: 'disk-full', node: 'server', at: at(ms(100)), for: ms(5000) } as const
  const begun: readonly Event[] = [{ ...shape, kind: 'fault-begin', at: at(ms(100)), fault: disk }]
  const ended: readonly Event[] = [{ ...shape, kind: 'fault-end', at: at(ms(5100)), faultKind: 'disk-full' }]

  test('once it had the time to notice, and no longer than that', async () => {
    expect(await told(invariant, begun, put(1, 'ok', undefined, 1000), put(2, 'fail', full, 2000))).toEqual(
      [],
    )
    expect(await told(invariant, begun, ended, put(1, 'ok', undefined, 9000))).toEqual([])
  })

  test('not where it acknowledges one', async () => {
    expect(await told(invariant, begun, put(1, 'ok', undefined, 2000))).toEqual([
      'a write to a full disk is acknowledged',
    ])
  })
})
