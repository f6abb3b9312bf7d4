// Events as a test writes them, as the run that a page shows.

import type { Event } from '../../sim/index.ts'

import { type PackedInfo, RunPacker } from '../page/run-packer.ts'
import type { RunInfo } from '../viewer/model/document.ts'
import { Run } from '../viewer/model/run.ts'

/** What a test says of an event: kind and node, when (default: a microsecond after the one before), and its own fields. */
export interface EventSketch {
  readonly kind: string
  readonly node?: string
  readonly at?: number
  readonly cause?: number
  readonly [field: string]: unknown
}

/** The events, numbered from 1 on. */
export function eventsFrom(sketches: readonly EventSketch[]): readonly Event[] {
  let last = 0
  return sketches.map(({ kind, node = '', at = last + 1000, cause = 0, ...own }, place) => {
    last = at
    const event: unknown = { seq: place + 1, at, node, kind, cause, ...own }
    return event as Event
  })
}

/** The run, as a page carries it and a browser reads it. */
export function runFrom(sketches: readonly EventSketch[], info: Partial<RunInfo> = {}): Run {
  const packer = new RunPacker()
  for (const event of eventsFrom(sketches)) packer.add(event)
  const { info: packed, sections } = packer.finish(0)
  return new Run({ ...emptyInfo, ...packed, ...info }, sections, 0)
}

const emptyInfo: Omit<RunInfo, keyof PackedInfo> = {
  name: 'test.ndjson',
  scenario: 'test',
  title: 'a test',
  seed: 1,
  facts: [],
  outcome: 'passed',
  damage: '',
  violations: [],
  command: 'npx faultline replay test.ndjson',
}
