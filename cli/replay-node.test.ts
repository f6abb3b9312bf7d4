// `faultline replay --only`: one node alone, from the command line.
import { afterAll, beforeAll, expect, test } from 'vitest'

import { jsonLines, Workplace } from './testing/workplace.ts'

let place: Workplace
beforeAll(async () => {
  place = new Workplace()
  await place.faultline('run', 'clock.ts', '--trace', 'clock.ndjson')
})
afterAll(() => place.remove())

test.concurrent('a node that does the same again ends with 0 and says how much was compared', async () => {
  const { code, out } = await place.faultline('replay', 'clock.ndjson', '--only', 'clock-2')
  expect(out).toBe('same  7 inputs fed to clock-2 alone, 3 outputs compared\n')
  expect(code).toBe(0)
})

test.concurrent('a node that does something else ends with 1 and shows it', async () => {
  const words = ['replay', 'clock.ndjson', '--only', 'clock-1', '--set', 'end=violation']
  const { code, out } = await place.faultline(...words)
  expect(out).toMatch(/^diverged {2}an output more than recorded; until then /)
  expect(out).toContain('probe  late = 3')
  expect(out).toContain('parameters.end: recorded pass, now violation')
  expect(code).toBe(1)
})

test.concurrent('for machines it is one JSON object', async () => {
  const said = await place.faultline('replay', 'clock.ndjson', '--only', 'clock-1', '--json')
  expect(jsonLines(said)).toEqual([{ kind: 'same', node: 'clock-1', inputs: 3, outputs: 3, changes: [] }])
})

test.concurrent('a node that the scenario does not have is refused with those that it has', async () => {
  const { code, error } = await place.faultline('replay', 'clock.ndjson', '--only', 'clock-9')
  expect(error).toBe('faultline: --only: got "clock-9", wanted a node of clock.ts: clock-1, clock-2\n')
  expect(code).toBe(2)
})

test.concurrent('a parameter can be set otherwise for a whole replay as well', async () => {
  const { code, out } = await place.faultline('replay', 'clock.ndjson', '--set', 'end=violation')
  expect(out).toContain('parameters.end: recorded pass, now violation')
  expect(out).toMatch(/^diverged /)
  expect(code).toBe(1)
})
