// A served node whose log and recording can grow no further, as on a full disk: it is there to serve, and goes on.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { Workplace } from './testing/workplace.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace

beforeAll(() => {
  place = new Workplace()
})

afterAll(() => place.remove())

test('a node whose log and recording cannot be written any more says so, and answers all the same', async () => {
  const words = 'serve http --port 0 --log http.ndjson --record http.exchanges --set logPerSecondMax=1000000'
  // Files of 64 KiB at most, of which a write that goes beyond fails as one on a full disk does.
  const line = `ulimit -f 64; exec node_modules/.bin/faultline ${words}`
  const child = spawn('bash', ['-c', line], { cwd: place.folder, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let told = ''
  const origin = new Promise<string>((resolve) => {
    child.stderr.on('data', (bytes: Buffer) => {
      told += bytes.toString()
      const found = /listens on (\S+), its port 80/.exec(told)
      if (found !== null) resolve(`http://${found[1]}`)
    })
  })
  const url = `${await origin}/body`
  const body = 'x'.repeat(300)
  // Every one closes its connection, which ends its exchange.
  for (let count = 0; count < 20_000 && (told.match(/ends here/g) ?? []).length < 2; count++) {
    const answer = await fetch(url, { method: 'POST', body, headers: { Connection: 'close' } })
    expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true])
  }
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  expect(told).toMatch(/^warn --log http\.ndjson ends here: EFBIG/m)
  expect(told).toMatch(/^warn --record http\.exchanges ends here: EFBIG/m)
  for (const name of ['http.ndjson', 'http.exchanges'])
    expect(statSync(place.path(name)).size).toBeLessThanOrEqual(64 * 1024)
  const judged = await place.faultline('check', 'http.ndjson', '--invariants', 'http')
  expect([judged.code, judged.error]).toEqual([0, expect.stringContaining('this log ends in the middle')])
})
