import { describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { memorySource } from './event-source.ts'
import { type Rerun, replay } from './replay.ts'
import { header } from './testing/arbitrary-event.ts'
import { longCausalLog } from './testing/causal-log.ts'
import type { TraceHeader } from './trace-header.ts'

const recorded = longCausalLog(5000, 11)
const trace = memorySource('run.ndjson', header, recorded)

function rerunOf(events: readonly Event[], changed: Partial<TraceHeader> = {}): Rerun {
  return (of, onEvent) => {
    for (const event of events) onEvent(event)
    return Promise.resolve({ ...of, ...changed })
  }
}

function altered(seq: number, fields: object): readonly Event[] {
  return recorded.map((event) => (event.seq === seq ? { ...event, ...fields } : event))
}

describe('a replay', () => {
  test('says that the runs are the same when they are', async () => {
    const result = await replay(trace, rerunOf(recorded))
    expect(result).toMatchObject({ kind: 'same', events: recorded.length, changes: [] })
  })

  test('says what of the header changed even when the runs are the same', async () => {
    const result = await replay(
      trace,
      rerunOf(recorded, { fingerprint: 'f00d', parameters: { replicas: 5 } }),
    )
    expect(result.changes).toEqual([
      { path: 'parameters.replicas', a: 3, b: 5 },
      { path: 'fingerprint', a: 'c0ffee', b: 'f00d' },
    ])
  })

  test('shows the first event that differs, both versions, the field, and the causes of each', async () => {
    const deliver = recorded.find((event) => event.kind === 'deliver' && event.seq > 2000)!
    const message = { kind: 'say', value: 99 }
    const result = await replay(trace, rerunOf(altered(deliver.seq, { message })))
    if (result.kind !== 'diverged') throw new Error('expected a divergence')
    const { divergence } = result
    expect(divergence.seq).toBe(deliver.seq)
    expect(divergence.recorded).toEqual(deliver)
    expect(divergence.rerun).toEqual({ ...deliver, message })
    expect(divergence.difference).toMatchObject({ path: 'message.value', b: 99 })
    expect(divergence.recordedCauses[0]).toEqual(recorded[deliver.cause - 1])
    expect(divergence.rerunCauses).toEqual(divergence.recordedCauses)
    expect(divergence.before.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1].map((back) => deliver.seq - back))
  })

  test('compares every kind of event and every field, the instant and the cause too', async () => {
    for (const kind of new Set(recorded.map((event) => event.kind))) {
      const event = recorded.findLast((other) => other.kind === kind)!
      for (const fields of [{ at: event.at + 1 }, { node: 'z' }, { cause: event.cause === 1 ? 2 : 1 }]) {
        const result = await replay(trace, rerunOf(altered(event.seq, fields)))
        expect(result).toMatchObject({
          kind: 'diverged',
          divergence: { seq: event.seq, difference: { path: Object.keys(fields)[0] } },
        })
      }
    }
  })

  test('notices that the new run ends too early', async () => {
    const result = await replay(trace, rerunOf(recorded.slice(0, -1)))
    expect(result).toMatchObject({
      kind: 'diverged',
      divergence: { seq: recorded.length, recorded: recorded.at(-1), rerun: null, difference: null },
    })
  })

  test('notices that the new run goes on longer', async () => {
    const more = { ...recorded[0]!, seq: recorded.length + 1, cause: 1 }
    const result = await replay(trace, rerunOf([...recorded, more]))
    expect(result).toMatchObject({
      kind: 'diverged',
      divergence: { seq: more.seq, recorded: null, rerun: more, rerunCauses: [recorded[0]] },
    })
  })

  test('lets the new run stop once it has diverged', async () => {
    let played = 0
    await replay(trace, (of, onEvent, isOver) => {
      for (const event of altered(100, { at: 1 })) {
        if (isOver()) break
        played++
        onEvent(event)
      }
      return Promise.resolve(of)
    })
    expect(played).toBe(100)
  })

  test('does not compare the text and the stack of an error, which differ between engines', async () => {
    const exit = {
      seq: 1,
      at: 0,
      node: 'a',
      kind: 'exit',
      cause: 0,
      code: 1,
      error: 'boom',
      stack: 'at a.ts:1',
    } as object as Event
    const elsewhere = { ...exit, error: 'Boom!', stack: 'at b.ts:2' } as object as Event
    const result = await replay(memorySource('exit', header, [exit]), rerunOf([elsewhere]))
    expect(result.kind).toBe('same')
  })
})
