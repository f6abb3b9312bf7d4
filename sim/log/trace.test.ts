import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Event } from '../event.ts'
import { Digest } from './digest.ts'
import { recordOf } from './event-record.ts'
import { anyLog, header } from './testing/arbitrary-event.ts'
import { TraceDecoder } from './trace-decoder.ts'
import { encodeTrace } from './trace-encoder.ts'
import { TraceError } from './trace-error.ts'
import { TraceFile } from './trace-file.ts'
import { TraceWriter } from './trace-writer.ts'

const end = { outcome: 'passed', violations: [] }
const events = [
  { seq: 1, at: 0, node: 'a', kind: 'start', cause: 0, incarnation: 1, version: '1' },
  {
    seq: 2,
    at: 5,
    node: 'a',
    kind: 'send',
    cause: 1,
    target: 'b',
    size: 12,
    message: { kind: 'ping', n: 1 },
  },
  {
    seq: 3,
    at: 2_000_000_007,
    node: 'b',
    kind: 'deliver',
    cause: 2,
    source: 'a',
    message: { kind: 'ping', n: 1 },
  },
] as readonly object[] as readonly Event[]

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-trace-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function decode(bytes: Uint8Array, chunkSize = bytes.length): readonly Event[] {
  const decoder = new TraceDecoder('run.ndjson')
  const all: Event[] = []
  for (let start = 0; start < bytes.length; start += chunkSize) {
    all.push(...decoder.push(bytes.subarray(start, start + chunkSize)).events)
  }
  decoder.end()
  return all
}

function refusal(bytes: string | Uint8Array): string {
  try {
    decode(Buffer.from(bytes))
  } catch (error) {
    if (error instanceof TraceError) return error.message
    throw error
  }
  return 'accepted'
}

describe('a trace in memory', () => {
  test('is NDJSON with its keys in a fixed order', () => {
    expect(encodeTrace(header, events, end).toString()).toMatchInlineSnapshot(`
      "{"faultline":1,"kind":"header","scenario":"store-chaos","title":"a store keeps every acknowledged write","parameters":{"replicas":3},"seed":42,"plan":[],"version":"0.1.0","fingerprint":"c0ffee","nodeVersion":"v20.19.0","platform":"linux-x64","options":{"recording":"full"},"checksum":"35faf14f"}
      {"seq":1,"at":0,"node":"a","kind":"start","cause":0,"incarnation":1,"version":"1","digest":"6a184bf6"}
      {"seq":2,"at":5,"node":"a","kind":"send","cause":1,"target":"b","size":12,"message":{"kind":"ping","n":1},"digest":"d6dd4599"}
      {"seq":3,"at":2000000007,"node":"b","kind":"deliver","cause":2,"source":"a","message":{"kind":"ping","n":1},"digest":"9c8d0149"}
      {"kind":"footer","events":3,"digest":"9c8d0149360b9f23","outcome":"passed","violations":[],"checksum":"6284e103"}
      "
    `)
  })

  test('gives back every event, in chunks of any size', () => {
    fc.assert(
      fc.property(anyLog, fc.integer({ min: 1, max: 300 }), (log, chunkSize) => {
        expect(decode(encodeTrace(header, log, end), chunkSize)).toEqual(log)
      }),
    )
  })

  test('is the JSON that JSON.stringify would write', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const lines = encodeTrace(header, log, end).toString().split('\n').slice(1, -2)
        const plain = lines.map((line) => line.replace(/,"digest":"[0-9a-f]{8}"\}$/, '}'))
        expect(plain.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(log)))
      }),
    )
  })

  test('has the digest of the events in its footer', () => {
    const digest = new Digest()
    for (const event of events) digest.mixEvent(recordOf(event))
    const decoder = new TraceDecoder('run.ndjson')
    decoder.push(encodeTrace(header, events, end))
    expect(decoder.footer).toEqual({ ...end, events: 3, digest: digest.value })
    expect(decoder.header).toEqual(header)
  })

  test('refuses an event out of order', () => {
    expect(() => encodeTrace(header, [events[1]!], end)).toThrow('event 2 after event 0')
  })
})

describe('a damaged trace', () => {
  const text = encodeTrace(header, events, end).toString()
  const lines = text.split('\n')
  const replaced = (line: number, from: string, to: string): string =>
    lines.map((content, index) => (index === line - 1 ? content.replace(from, to) : content)).join('\n')

  test('is refused with the number of the line that was altered', () => {
    expect(refusal(text)).toBe('accepted')
    expect(refusal(replaced(1, '"seed":42', '"seed":43'))).toMatchInlineSnapshot(
      `"run.ndjson:1: got a header that was altered, wanted the checksum that it was written with"`,
    )
    expect(refusal(replaced(3, '"n":1', '"n":2'))).toMatchInlineSnapshot(
      `"run.ndjson:3: got digest "d6dd4599", wanted "27ec6160" (the line was altered)"`,
    )
    expect(refusal(replaced(3, '"at":5', '"at":6'))).toMatchInlineSnapshot(
      `"run.ndjson:3: got digest "d6dd4599", wanted "609f967e" (the line was altered)"`,
    )
    expect(refusal(replaced(4, '"source":"a"', '"source":7'))).toMatchInlineSnapshot(
      `"run.ndjson:4: got source 7, wanted a string in a deliver event"`,
    )
    expect(refusal(replaced(4, '"cause":2', '"cause":3'))).toMatchInlineSnapshot(
      `"run.ndjson:4: got cause 3, wanted the seq of an earlier event, or 0"`,
    )
    expect(refusal(replaced(4, '"at":2000000007', '"at":2'))).toMatchInlineSnapshot(
      `"run.ndjson:4: got at 2, wanted whole nanoseconds, at least 5"`,
    )
    expect(refusal(replaced(5, '"outcome":"passed"', '"outcome":"violated"'))).toMatchInlineSnapshot(
      `"run.ndjson:5: got a checksum that differs, wanted the bytes that were written (the file was altered)"`,
    )
    expect(refusal(replaced(5, '"events":3', '"events":2'))).toMatchInlineSnapshot(
      `"run.ndjson:5: got 3 events, wanted 2, as the footer says"`,
    )
  })

  test('is refused when a line is missing, doubled or added', () => {
    const without = lines.filter((_, index) => index !== 2).join('\n')
    expect(refusal(without)).toMatchInlineSnapshot(`"run.ndjson:3: got seq 3, wanted 2"`)
    expect(refusal([...lines.slice(0, 3), ...lines.slice(2)].join('\n'))).toMatchInlineSnapshot(
      `"run.ndjson:4: got seq 2, wanted 3"`,
    )
    expect(refusal(`${text}{}\n`)).toMatchInlineSnapshot(
      `"run.ndjson:6: got another line, wanted the end of the file after the footer"`,
    )
  })

  test('is refused when it was cut off', () => {
    expect(refusal('')).toMatchInlineSnapshot(
      `"run.ndjson:1: got an empty file, wanted a trace that ends with a footer (it was cut off)"`,
    )
    expect(refusal(lines.slice(0, 3).join('\n'))).toMatchInlineSnapshot(
      `"run.ndjson:3: got the end of the file in the middle of a line, wanted a trace that ends with a footer (it was cut off)"`,
    )
    expect(refusal(`${lines.slice(0, 4).join('\n')}\n`)).toMatchInlineSnapshot(
      `"run.ndjson:5: got the end of the file, wanted a trace that ends with a footer (it was cut off)"`,
    )
  })

  test('is refused when it is something else', () => {
    expect(refusal('hello\n')).toMatchInlineSnapshot(
      `"run.ndjson:1: got "hello", wanted the header of a Faultline trace"`,
    )
    expect(refusal('{"faultline":9,"kind":"header"}\n')).toMatchInlineSnapshot(
      `"run.ndjson:1: got trace format 9, wanted 1"`,
    )
    expect(refusal(`${lines[0]}\nnull\n`)).toMatchInlineSnapshot(
      `"run.ndjson:2: got "null", wanted an event as one line of JSON"`,
    )
    const deep = `{"seq":1,"at":0,"node":"","kind":"probe","cause":0,"name":"x","value":${'['.repeat(1e5)}${']'.repeat(1e5)}}`
    expect(refusal(`${lines[0]}\n${deep}\n`)).toMatchInlineSnapshot(
      `"run.ndjson:2: got data nested too deeply, wanted an event as this program writes it"`,
    )
    expect(refusal(`${lines[0]}\n${' '.repeat(17 * 1024 * 1024)}`)).toMatchInlineSnapshot(
      `"run.ndjson:2: got a line of 17825792 bytes or more, wanted at most 16777216"`,
    )
  })

  test('is refused whatever single byte was altered', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = Buffer.from(text)
        bytes[place]! ^= change
        expect(refusal(bytes)).not.toBe('accepted')
      }),
      { numRuns: 500 },
    )
  })

  test('is refused even where the digest does not look: in an error text and a field of a newer version', () => {
    const exit = { seq: 1, at: 0, node: 'a', kind: 'exit', cause: 0, code: 1, error: 'boom', later: 1 }
    const trace = encodeTrace(header, [exit as object as Event], end).toString()
    expect(refusal(trace)).toBe('accepted')
    expect(refusal(trace.replace('boom', 'bang'))).toContain('the file was altered')
    expect(refusal(trace.replace('"later":1', '"later":2'))).toContain('the file was altered')
  })
})

describe('a trace file', () => {
  const write = (name: string, log: readonly Event[], overwrite = false): string => {
    const path = join(folder, name)
    const writer = new TraceWriter(path, header, { overwrite })
    for (const event of log) writer.write(event)
    writer.finish(end)
    return path
  }
  const read = async (path: string): Promise<readonly Event[]> => {
    const all: Event[] = []
    for await (const event of await TraceFile.open(path)) all.push(event)
    return all
  }
  const leftovers = (): readonly string[] => readdirSync(folder).filter((name) => name.includes('partial'))

  test('gives back header, events and footer', async () => {
    const file = await TraceFile.open(write('plain.ndjson', events))
    const all: Event[] = []
    for await (const event of file) all.push(event)
    expect(all).toEqual(events)
    expect(file.header).toEqual(header)
    expect(file.footer?.outcome).toBe('passed')
  })

  test('is compressed when its name says so', async () => {
    const path = write('small.ndjson.gz', events)
    expect(gunzipSync(readFileSync(path)).toString()).toBe(encodeTrace(header, events, end).toString())
    expect(await read(path)).toEqual(events)
    expect(leftovers()).toEqual([])
  })

  test('is compressed in several blocks when it is long', async () => {
    const log = Array.from({ length: 60_000 }, (_, index) => ({ ...events[1], seq: index + 1, cause: 0 }))
    const path = write('long.ndjson.gz', log as readonly object[] as readonly Event[])
    expect(await read(path)).toEqual(log)
  })

  test('is not replaced unless asked to', () => {
    const path = write('kept.ndjson', events)
    expect(() => write('kept.ndjson', [])).toThrow('kept.ndjson: got a file that is there already')
    expect(readFileSync(path).toString()).toBe(encodeTrace(header, events, end).toString())
    write('kept.ndjson', [], true)
    expect(readFileSync(path).toString()).toBe(encodeTrace(header, [], end).toString())
  })

  test('is not replaced by a run that ends later than another of the same name', () => {
    const path = join(folder, 'raced.ndjson')
    const late = new TraceWriter(path, header)
    write('raced.ndjson', events)
    expect(() => late.finish(end)).toThrow('this trace is kept as')
    expect(readFileSync(path).toString()).toBe(encodeTrace(header, events, end).toString())
    for (const name of leftovers()) rmSync(join(folder, name))
  })

  test('leaves nothing behind when it is abandoned', () => {
    const writer = new TraceWriter(join(folder, 'abandoned.ndjson'), header)
    writer.write(events[0]!)
    writer.abandon()
    writer.abandon()
    expect(readdirSync(folder).filter((name) => name.startsWith('abandoned'))).toEqual([])
  })

  test('that is missing, a folder, or broken gzip is refused by name', async () => {
    await expect(TraceFile.open(join(folder, 'missing'))).rejects.toThrow(/missing: got ENOENT/)
    await expect(TraceFile.open(folder)).rejects.toThrow(/got EISDIR/)
    const path = join(folder, 'cut.ndjson.gz')
    writeFileSync(path, gzipSync(encodeTrace(header, events, end)).subarray(0, -20))
    await expect(read(path)).rejects.toThrow(TraceError)
  })

  test('is read in bounded memory', async () => {
    const path = join(folder, 'big.ndjson')
    const writer = new TraceWriter(path, header)
    const count = 400_000
    for (let seq = 1; seq <= count; seq++)
      writer.write({ ...events[2], seq, at: seq, cause: 0 } as object as Event)
    writer.finish(end)
    const before = process.memoryUsage().heapUsed
    let seen = 0
    let heapMax = 0
    for await (const batch of (await TraceFile.open(path)).batches()) {
      seen += batch.events.length
      heapMax = Math.max(heapMax, process.memoryUsage().heapUsed)
    }
    expect(seen).toBe(count)
    expect(heapMax - before).toBeLessThan(150 * 1024 * 1024)
  })
})
