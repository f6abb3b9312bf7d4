// The header of traces that are written to be measured.

import type { TraceHeader } from '../sim/index.ts'

/** It names no scenario that there is. */
export const header: TraceHeader = {
  scenario: 'bench',
  title: 'bench',
  parameters: {},
  seed: 1,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: process.version,
  platform: 'bench',
  options: {},
}
