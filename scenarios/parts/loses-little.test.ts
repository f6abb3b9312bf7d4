import { expect, test } from 'vitest'

import { checkEvents, unknownWorld } from '../../invariants/index.ts'
import { at, type Event, ms } from '../../sim/index.ts'
import { losesLittle } from './loses-little.ts'

const shape = { node: 'client', kind: 'operation', cause: 0, process: 'p', key: 'k' } as const
const put = (id: number, time: number): Event[] => [
  { ...shape, seq: id * 10, at: at(ms(time - 1)), phase: 'invoke', id, f: 'put', value: `${id}.x` },
  { ...shape, seq: id * 10 + 1, at: at(ms(time)), phase: 'ok', id, f: 'put', value: null },
]
const crash = (time: number): Event => ({
  seq: 900,
  at: at(ms(time)),
  node: 'server',
  kind: 'crash',
  cause: 0,
  connections: 'reset',
})
const get = (time: number, value: string | null): Event => ({
  ...shape,
  seq: 950,
  at: at(ms(time)),
  phase: 'ok',
  id: 99,
  f: 'get',
  value,
})

async function violations(...events: readonly Event[]): Promise<readonly string[]> {
  const result = await checkEvents([losesLittle('server', ms(1000))], events, unknownWorld)
  return result.violations.map(({ message }) => message)
}

test('a write that was acknowledged just before a crash may be lost, an older one may not', async () => {
  const written = [...put(1, 100), ...put(2, 1500)]
  expect(await violations(...written, crash(2000), get(3000, '2.x'))).toEqual([])
  expect(await violations(...written, crash(2000), get(3000, '1.x'))).toEqual([])
  expect(await violations(...written, crash(2000), get(3000, null))).toEqual([
    expect.stringContaining('an acknowledged write is lost'),
  ])
})

test('without a crash nothing may be lost', async () => {
  expect(await violations(...put(1, 100), get(200, null))).toHaveLength(1)
})
