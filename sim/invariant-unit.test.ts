import { expect, test } from 'vitest'

import type { EventKind } from './event.ts'
import { unitOf } from './invariant-unit.ts'

test.each<readonly [kinds: readonly EventKind[], unit: string]>([
  [['operation'], 'operations'],
  [['operation', 'phase'], 'operations'],
  [['phase'], 'events of kind phase'],
  [['start', 'exit'], 'events of kind start and exit'],
  [['probe', 'crash', 'exit', 'stop'], 'probes and events of kind crash, exit and stop'],
  [['start', 'exit', 'crash', 'stop', 'send', 'deliver', 'drop'], 'events of many kinds'],
])('by default an invariant looks at its kinds of events: %s', (kinds, unit) => {
  expect(unitOf({ kinds })).toBe(unit)
})

test('what an invariant says that it looks at has precedence', () => {
  expect(unitOf({ kinds: ['probe'], unit: 'probes token' })).toBe('probes token')
})
