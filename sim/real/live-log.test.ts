import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { LiveLog } from './index.ts'
import { TraceDecoder, type TraceHeader } from '../log/index.ts'
import type { Instant } from '../time.ts'

const header: TraceHeader = {
  scenario: 'echo',
  title: 'echo on a real machine',
  parameters: {},
  seed: 0,
  plan: [],
  version: '0.1.0',
  fingerprint: '',
  nodeVersion: 'v20.19.0',
  platform: 'linux-x64',
  options: { level: 'full', isChecked: false },
}

test('a log that has as many bytes as it may have ends there, says so once, and is whole up to its end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-live-log-'))
  const path = join(folder, 'node.ndjson')
  const told: string[] = []
  const log = new LiveLog(path, header, { bytesMax: 600_000, onCut: (why) => void told.push(why) })
  for (let seq = 1; seq <= 20_000; seq++) {
    const at = seq as Instant
    log.write({ seq, at, node: 'echo', kind: 'probe', cause: 0, name: 'count', value: seq })
  }
  log.finish('passed')
  const bytes = readFileSync(path)
  rmSync(folder, { recursive: true })
  const decoder = new TraceDecoder(path)
  const { events } = decoder.push(bytes)
  expect(told).toEqual(['it has the 600000 bytes that it may have'])
  expect(bytes.length).toBeGreaterThan(500_000)
  expect(bytes.length).toBeLessThanOrEqual(600_000)
  expect(events.length).toBeGreaterThan(3000)
  expect(decoder.footer).toBeNull()
})
