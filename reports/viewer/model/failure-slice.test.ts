// The page tells of a violation what the terminal tells.
import { describe, expect, test } from 'vitest'

import { eventsOfStore, header } from '../../export/testing/traces.ts'
import { failureSlice as sliceOfTrace } from '../../failure-slice.ts'
import { packTrace } from '../../page/trace-page.ts'
import { failureSlice } from './failure-slice.ts'
import { Run } from './run.ts'
import { makeScene, type RunScene } from './scene.ts'
import { type Event, memorySource } from '../../../sim/index.ts'

async function sceneOf(events: readonly Event[]): Promise<RunScene> {
  const trace = { ...memorySource('run', header, events), footer: null }
  const { info, sections } = await packTrace(trace, { name: 'run', command: '' })
  return makeScene([new Run(info, sections, 0)]).runs[0]!
}

describe('what led to a violation', () => {
  test.each([[[400]], [[3000, 3100, 3200]], [[9000]], [[5000, 12000]]])(
    'that shows at %j: the page lists what the terminal does',
    async (witnesses) => {
      const events = await eventsOfStore()
      const violation = { seq: 12_500, witnesses, invariant: '', message: '', node: '', at: events[0]!.at }
      const told = await sliceOfTrace(memorySource('run', header, events), violation)
      expect(failureSlice(await sceneOf(events), witnesses)).toEqual(told.map(({ seq }) => seq))
    },
  )

  test('has the last fault before it, the begin of each call, and who published what; nothing where nothing is known', async () => {
    const sketches = [
      { kind: 'probe', node: 'a', name: 'primary', value: 1 },
      { kind: 'fault-begin', node: '', index: 0, fault: { kind: 'partition' } },
      { kind: 'fault-end', node: '', index: 0, faultKind: 'partition' },
      {
        kind: 'operation',
        node: 'c',
        phase: 'invoke',
        id: 1,
        process: 'c',
        f: 'read',
        key: null,
        value: null,
      },
      ...Array.from({ length: 60 }, () => ({ kind: 'log', node: 'c', level: 'info', text: '', fields: {} })),
      { kind: 'probe', node: 'b', name: 'primary', value: 2 },
      { kind: 'probe', node: 'b', name: 'primary', value: false },
      { kind: 'operation', node: 'c', phase: 'ok', id: 1, process: 'c', f: 'read', key: null, value: null },
    ]
    const events = sketches.map((own, place) => {
      const event: unknown = { seq: place + 1, at: place * 1000, cause: place > 4 ? place : 0, ...own }
      return event as Event
    })
    const scene = await sceneOf(events)
    const slice = failureSlice(scene, [67])
    expect(slice.slice(0, 4)).toEqual([1, 2, 3, 4])
    expect(slice.at(-1)).toBe(67)
    expect(failureSlice(scene, [])).toEqual([])
  })
})
