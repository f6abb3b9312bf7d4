import { expect, test } from 'vitest'
import { seconds, type Event } from '../sim/index.ts'
import { always } from './always.ts'
import { checkEvents } from './check-events.ts'
import { onProbe } from './event-test.ts'
import { eventually } from './eventually.ts'
import { progress } from './operations-succeed.ts'
import { sometimes } from './sometimes.ts'
import { recording } from './testing/recording.ts'

const invariants = [
  always(
    'small',
    onProbe('size', (value) => Number(value) < 10),
  ),
  sometimes(
    'large',
    onProbe('size', (value) => Number(value) > 5),
  ),
  eventually(progress, { within: seconds(1) }),
]
const run = recording().probe('store-1', 'size', 7).probe('store-2', 'size', 10).probe('store-2', 'size', 11)

async function* streamOf(events: readonly Event[]): AsyncGenerator<Event> {
  for (const event of events) yield await Promise.resolve(event)
}

test('a list and a stream of the same events give the same results', async () => {
  const ofList = await checkEvents(invariants, run.events)
  expect(await checkEvents(invariants, streamOf(run.events))).toEqual(ofList)
  expect(ofList).toEqual({
    violations: [
      {
        invariant: 'small',
        message: 'probe size 10 on store-2',
        at: 0,
        node: 'store-2',
        seq: 2,
        witnesses: [2],
      },
    ],
    undecided: [{ invariant: 'eventually progress', message: 'the run ended before all faults did' }],
    reports: [
      { invariant: 'small', looked: 2, unit: 'probes size' },
      { invariant: 'large', looked: 3, unit: 'probes size', isPoint: true },
      { invariant: 'eventually progress', looked: 0, unit: 'operations' },
    ],
  })
})

test('an error of the source of events is not swallowed', async () => {
  async function* broken(): AsyncGenerator<Event> {
    yield* streamOf(run.events)
    throw new Error('line 4: got an altered line')
  }
  await expect(checkEvents(invariants, broken())).rejects.toThrow('line 4: got an altered line')
})
