import { expect, test } from 'vitest'

import { errorFields } from './index.ts'
import { type DataRecord, type Event, node, run, scenario, seconds } from '../../sim/index.ts'

test('anything that is thrown is told, in so many characters', () => {
  const thrown: readonly unknown[] = [
    new RangeError('no'),
    'text',
    null,
    Object.create(null),
    new Proxy({}, {}),
  ]
  expect(thrown.map((each) => errorFields(each)['error'])).toEqual([
    'RangeError: no',
    '"text"',
    'null',
    '{}',
    'a proxy',
  ])
  expect(errorFields(new Error('x'.repeat(10_000)))['error']).toHaveLength(500)
})

/** A run of a node that logs some fields: its digest, and what stands in the log. */
async function logged(fields: DataRecord): Promise<readonly [digest: string, event: Event | undefined]> {
  const events: Event[] = []
  const played = scenario({
    title: 'a line of a log',
    nodes: () => [node('a', (env) => env.log.error('failed', fields))],
    duration: seconds(1),
  })
  const { digest } = await run(played, {
    seed: 1,
    onEvent: (event) => void (event.kind === 'log' && events.push(event)),
  })
  return [digest, events[0]]
}

test('a stack is logged beside the other fields, and changes no digest', async () => {
  const [here, event] = await logged({ error: 'no', stack: 'at /home/me/a.ts:1:1' })
  const [there] = await logged({ error: 'no', stack: 'at /srv/a.ts:1:1' })
  const [without] = await logged({ error: 'no' })
  const [other] = await logged({ error: 'yes' })
  expect(event).toMatchObject({ text: 'failed', fields: { error: 'no' }, stack: 'at /home/me/a.ts:1:1' })
  expect([there, without]).toEqual([here, here])
  expect(other).not.toBe(here)
})
