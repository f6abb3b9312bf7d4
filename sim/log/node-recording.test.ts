import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { memorySource } from './event-source.ts'
import { type NodeRecording, nodeRecording } from './node-recording.ts'
import { OutputComparer, type OutputParting } from './output-comparer.ts'
import { header } from './testing/arbitrary-event.ts'
import { causalLog, longCausalLog } from './testing/causal-log.ts'

const log = longCausalLog(3000, 9)

function recordingOf(events: readonly Event[], node = 'a'): Promise<NodeRecording> {
  return nodeRecording(memorySource('run', header, events).batches(), node)
}

function compare(recording: NodeRecording, outputs: NodeRecording['outputs']): OutputParting | null {
  const comparer = new OutputComparer(recording)
  for (const output of outputs) comparer.add(output)
  return comparer.end()
}

/** The same outputs as a node produces that runs alone: its own seqs and numbers. */
function alone({ outputs }: NodeRecording): NodeRecording['outputs'] {
  return outputs.map(({ event, input }, place) => {
    const numbers = 'timer' in event ? { timer: event.timer * 10 + 3 } : {}
    return { event: { ...event, seq: place + 1, cause: input + 1, ...numbers }, input }
  })
}

describe('the recording of a node', () => {
  test('has every event of the node as input or output, in order', async () => {
    await fc.assert(
      fc.asyncProperty(causalLog, async (events) => {
        const { inputs, outputs } = await recordingOf(events)
        const seqs = [...inputs, ...outputs].map(({ event }) => event.seq).toSorted((x, y) => x - y)
        expect(seqs).toEqual(events.filter(({ node }) => node === 'a').map(({ seq }) => seq))
      }),
    )
  })

  test('says which input led to each output, and which output an input answers', async () => {
    const { inputs, outputs } = await recordingOf(log)
    for (const { event, input } of outputs) expect(inputs[input]!.event.seq).toBe(event.cause)
    for (const { event, output } of inputs) {
      if (event.kind === 'timer-fire' || event.kind === 'disk-result')
        expect(outputs[output]!.event.seq).toBe(event.cause)
      else expect(output === -1 || outputs[output]!.event.kind === 'send').toBe(true)
    }
  })

  test('has the faults that concern the node, and no others', async () => {
    const fault = (seq: number, index: number, node: string): Event =>
      ({
        seq,
        at: 0,
        node: '',
        kind: 'fault-begin',
        cause: 0,
        index,
        fault: { kind: 'clock-step', at: 0, node, by: 5 },
      }) as object as Event
    const end = (seq: number, index: number): Event =>
      ({
        seq,
        at: 0,
        node: '',
        kind: 'fault-end',
        cause: 0,
        index,
        faultKind: 'clock-step',
      }) as object as Event
    const { inputs } = await recordingOf([fault(1, 0, 'a'), fault(2, 1, 'b'), end(3, 1), end(4, 0)])
    expect(inputs.map(({ event }) => event.seq)).toEqual([1, 4])
  })

  test('has the end of all faults, and no other phase', async () => {
    const phase = (seq: number, name: string): Event =>
      ({ seq, at: 0, node: '', kind: 'phase', cause: 0, phase: name }) as object as Event
    const { inputs } = await recordingOf([phase(1, 'faults'), phase(2, 'healed'), phase(3, 'end')])
    expect(inputs.map(({ event }) => event.seq)).toEqual([2])
  })

  test('takes a reset of the node itself for an output, one of its peer for an input', async () => {
    const reset = (seq: number, why: string): Event =>
      ({ seq, at: 0, node: 'a', kind: 'stream-reset', cause: 0, stream: 1, why }) as object as Event
    const { inputs, outputs } = await recordingOf([reset(1, 'own'), reset(2, 'peer')])
    expect(outputs.map(({ event }) => event.seq)).toEqual([1])
    expect(inputs.map(({ event }) => event.seq)).toEqual([2])
  })
})

describe('the outputs of a node that runs alone', () => {
  test('are the same under its own seqs and numbers', async () => {
    const recording = await recordingOf(log)
    expect(compare(recording, alone(recording))).toBe(null)
  })

  test('part where the data differ', async () => {
    const recording = await recordingOf(log)
    const outputs = alone(recording).map((output, place) =>
      place === 200 ? { ...output, event: { ...output.event, at: 1 } as object as Event } : output,
    )
    expect(compare(recording, outputs)).toMatchObject({ place: 200, difference: { path: 'at', b: 1 } })
  })

  test('part where two numbers stand for one', async () => {
    const recording = await recordingOf(log)
    const sets = recording.outputs.flatMap(({ event }, place) => (event.kind === 'timer-set' ? [place] : []))
    const [first, second] = sets.slice(5) as [number, number]
    const outputs = alone(recording)
    const mixed = outputs.map((output, place) =>
      place === second
        ? {
            ...output,
            event: { ...output.event, timer: (outputs[first]!.event as { timer: number }).timer } as Event,
          }
        : output,
    )
    expect(compare(recording, mixed)).toMatchObject({ place: second, difference: { path: 'timer' } })
  })

  test('part where another input led to them, where they end early and where they go on', async () => {
    const recording = await recordingOf(log)
    const outputs = alone(recording)
    const moved = outputs.map((output, place) =>
      place === 7 ? { ...output, input: output.input + 1 } : output,
    )
    expect(compare(recording, moved)).toMatchObject({ place: 7, difference: null })
    expect(compare(recording, outputs.slice(0, 9))).toMatchObject({ place: 9, replayed: null })
    expect(compare(recording, [...outputs, outputs[0]!])).toMatchObject({
      place: outputs.length,
      recorded: null,
    })
  })
})
