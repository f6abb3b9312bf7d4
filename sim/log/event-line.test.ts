// Lines cut instead of parsed: what comes out is what parsing gives, and what is no event is refused by its line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { type EventLine, EventLineDecoder } from './event-line.ts'
import { anyLog, header } from './testing/arbitrary-event.ts'
import { encodeTrace } from './trace-encoder.ts'
import { TraceFile } from './trace-file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-lines-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const end = { outcome: 'passed', violations: [] }
const tick = (seq: number, own: object = {}): Event =>
  ({ seq, at: seq, node: 'a', kind: 'timer-fire', cause: 0, timer: seq, ...own }) as Partial<Event> as Event

function lines(trace: Uint8Array, chunkSize = trace.length): readonly EventLine[] {
  const decoder = new EventLineDecoder('run.ndjson')
  const all: EventLine[] = []
  for (let start = 0; start < trace.length; start += chunkSize)
    all.push(...decoder.push(trace.subarray(start, start + chunkSize)))
  return all
}

const eventOf = ({ own, ...common }: EventLine): object => ({ ...common, ...JSON.parse(text(own)) })
const text = (own: Uint8Array): string => Buffer.from(own).toString()

/** A trace of lines of which somebody computed the checksum anew. */
function sealedAnew(name: string, body: string): string {
  const before = Buffer.from(body)
  const footer = `{"kind":"footer","events":1,"digest":"0000000000000000","outcome":"passed","violations":[]`
  const checksum = crc32(Buffer.from(footer), crc32(before)).toString(16).padStart(8, '0')
  const path = join(folder, name)
  writeFileSync(path, `${body}${footer},"checksum":"${checksum}"}\n`)
  return path
}

test('any events come out as they were written, in chunks of any size', () => {
  fc.assert(
    fc.property(anyLog, fc.integer({ min: 1, max: 200 }), (log, chunkSize) => {
      const found = lines(encodeTrace(header, log, end), chunkSize)
      expect(found.map(eventOf)).toEqual(log)
      for (const [place, { seq: _s, at: _a, node: _n, kind: _k, cause: _c, ...own }] of log.entries())
        expect(text(found[place]?.own ?? Buffer.of())).toBe(JSON.stringify(own))
    }),
    { numRuns: 200 },
  )
})

test('an event without fields of its own, and texts that look like the end of a line', () => {
  const bare = { seq: 1, at: 0, node: 'a', kind: 'pause', cause: 0 } as Partial<Event> as Event
  const odd = tick(2, { note: ',"digest":"01234567"}', digested: '","digest":"' })
  expect(lines(encodeTrace(header, [bare, odd], end)).map(eventOf)).toEqual([bare, odd])
})

test('a file is read by its lines where its checksum holds, compressed or not, and not otherwise', async () => {
  const trace = encodeTrace(header, [tick(1), tick(2)], end)
  const kept: string[] = []
  const all = [trace, gzipSync(trace), Buffer.from(trace.toString().replace('"timer":2', '"timer":3'))]
  for (const [place, bytes] of [...all, gzipSync(trace).subarray(0, -9)].entries()) {
    const path = join(folder, `${place}.ndjson`)
    writeFileSync(path, bytes)
    const groups = await (await TraceFile.open(path, { isPartEnough: true })).eventLines()
    if (groups === null) kept.push('no')
    else for await (const group of groups) kept.push(group.map(({ seq }) => seq).join(' '))
  }
  expect(kept).toEqual(['1 2', '1 2', 'no', 'no'])
})

test('lines of somebody who computed the checksum anew are refused all the same where they are no events', async () => {
  const start = encodeTrace(header, [], end).toString().split('\n')[0]
  const ended = (own: string): string => `${start}\n{"seq":${own},"digest":"01234567"}\n`
  const bodies = [
    ended('2,"at":0,"node":"a","kind":"pause","cause":0'),
    ended('1,"at":0,"node":"a\u0001","kind":"pause","cause":0'),
    ended('1,"at":0,"node":7,"kind":"pause","cause":0'),
    ended('1,"at":01,"node":"a","kind":"pause","cause":0'),
    ended('1,"at":0,"node":"a","kind":"pause","cause":1'),
    `${start}\nnull\n`,
    `${start}\n`,
  ]
  const problems: string[] = []
  for (const [place, body] of bodies.entries()) {
    const file = await TraceFile.open(sealedAnew(`anew-${place}.ndjson`, body), { isPartEnough: true })
    const read = async (): Promise<void> => {
      for await (const _ of (await file.eventLines()) ?? []);
    }
    await read().catch((error: Error) => problems.push(error.message.replace(file.name, 'file')))
  }
  expect(problems).toEqual([
    'file:2: got seq 2, wanted 1',
    expect.stringContaining('file:2: got "{\\"seq\\":1,'),
    'file:2: got node 7, wanted the name of a node',
    expect.stringContaining('wanted an event as one line of JSON'),
    'file:2: got cause 1, wanted the seq of an earlier event, or 0',
    'file:2: got "null", wanted an event as one line of JSON',
    'file: got 0 events, wanted 1, as the footer says',
  ])
})

test('events in groups are those of the batches, and an altered line is named', async () => {
  const trace = encodeTrace(header, [tick(1), tick(2)], end)
  const path = join(folder, 'groups.ndjson')
  writeFileSync(path, trace)
  const groups = async (): Promise<readonly Event[]> => {
    const all: Event[] = []
    for await (const group of (await TraceFile.open(path, { isPartEnough: true })).eventGroups())
      all.push(...group)
    return all
  }
  expect(await groups()).toEqual([tick(1), tick(2)])
  writeFileSync(path, trace.toString().replace('"timer":2', '"timer":3'))
  await expect(groups()).rejects.toThrow(/groups\.ndjson:3: .*the line was altered/)
})

test('data nested too deeply is refused, whatever the checksum says', async () => {
  const start = encodeTrace(header, [], end).toString().split('\n')[0]
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const line = `{"seq":1,"at":0,"node":"a","kind":"odd","cause":0,"data":${deep},"digest":"01234567"}`
  const file = await TraceFile.open(sealedAnew('deep.ndjson', `${start}\n${line}\n`), { isPartEnough: true })
  const read = async (): Promise<void> => {
    for await (const _ of file.eventGroups());
  }
  expect(await file.isIntact()).toBe(true)
  await expect(read()).rejects.toThrow(/deep\.ndjson:2: got data nested too deeply/)
})
