import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Env, Program } from '../env.ts'
import type { Event } from '../event.ts'
import { run } from '../run.ts'
import { scenario, type NodeSpec } from '../scenario.ts'
import { ms, seconds, us } from '../time.ts'
import { causalProblem } from './causal-rules.ts'
import { nodeRecording } from './node-recording.ts'
import { replay } from './replay.ts'
import { header } from './testing/arbitrary-event.ts'
import { TraceFile } from './trace-file.ts'
import { TraceWriter } from './trace-writer.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-run-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const names = ['a', 'b', 'c']

/** Touches everything that a program may touch, so that every way of causing an event occurs. */
const busy: Program = (env) => {
  let count = 0
  env.messages.on('ping', (_message, source) => {
    env.probe('count', ++count)
    env.messages.send(source, { kind: 'pong', count })
  })
  env.messages.on('pong', () => env.cpu.charge(us(5)))
  env.timers.every(ms(10), () => env.messages.send(env.random.pick(names), { kind: 'ping' }))
  env.spawn(() => keepJournal(env))
  env.spawn(() => (env.name === 'a' ? serveEcho(env) : talk(env)))
}

async function keepJournal(env: Env): Promise<void> {
  for (;;) {
    await env.sleep(ms(35))
    const file = await env.disk.open('/journal', { create: true })
    await file.append(new Uint8Array([1, 2, 3]))
    await file.sync()
    await file.close()
    await env.cpu.work(us(50))
    env.log.info('kept', { incarnation: env.incarnation })
  }
}

async function serveEcho(env: Env): Promise<void> {
  const server = await env.net.listen(7)
  for await (const connection of server)
    env.spawn(async () => {
      for await (const chunk of connection) await connection.write(chunk)
      connection.end()
    })
}

async function talk(env: Env): Promise<void> {
  await env.sleep(ms(50))
  const connection = await env.net.connect('a', 7)
  for (let turn = 0; turn < 10; turn++) {
    await connection.write(`hello ${turn}`)
    await connection.read()
  }
  connection.end()
}

const nodes = names.map((name): NodeSpec => ({ name, programs: new Map([['1', busy]]) }))
const everyWay = scenario({
  title: 'every way of causing an event',
  nodes: () => nodes,
  duration: seconds(2),
})

async function eventsOf(seed: number): Promise<readonly Event[]> {
  const events: Event[] = []
  await run(everyWay, { seed, onEvent: (event) => events.push(event) })
  return events
}

describe('the log of a real run', () => {
  test('has causes that obey the causal rules', async () => {
    const events = await eventsOf(1)
    const problems = events.map((event) => causalProblem(event, events[event.cause - 1] ?? null))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
    const kinds = new Set(events.map(({ kind }) => kind))
    for (const kind of ['deliver', 'timer-fire', 'disk-result', 'cpu-done', 'accept', 'stream-read'] as const)
      expect(kinds).toContain(kind)
  })

  test('is written during the run with the digest of the run, and replays', async () => {
    const path = join(folder, 'run.ndjson.gz')
    const open: { writer: TraceWriter | null } = { writer: null }
    const result = await run(everyWay, {
      seed: 1,
      onLog: (log) => {
        open.writer = new TraceWriter(path, header, { liveDigest: log.digest })
      },
      onEvent: (event) => open.writer?.write(event),
    })
    const footer = open.writer?.finish({ outcome: result.outcome.kind, violations: [] })
    expect(footer).toMatchObject({ events: result.events, digest: result.digest })
    const again = await replay(await TraceFile.open(path), async (of, onEvent) => {
      await run(everyWay, { seed: 1, onEvent })
      return of
    })
    expect(again).toMatchObject({ kind: 'same', digest: result.digest })
  })

  test('diverges from that of another seed', async () => {
    const path = join(folder, 'other.ndjson')
    const writer = new TraceWriter(path, header)
    for (const event of await eventsOf(1)) writer.write(event)
    writer.finish({ outcome: 'passed', violations: [] })
    const result = await replay(await TraceFile.open(path), async (of, onEvent) => {
      await run(everyWay, { seed: 2, onEvent })
      return { ...of, seed: 2 }
    })
    expect(result).toMatchObject({ kind: 'diverged', changes: [{ path: 'seed', a: 42, b: 2 }] })
  })

  test('gives for each node inputs and outputs that belong together', async () => {
    const events = await eventsOf(1)
    async function* batches(): AsyncGenerator<{ readonly events: readonly Event[] }> {
      yield await Promise.resolve({ events })
    }
    const { inputs, outputs } = await nodeRecording(batches(), 'b')
    const orphans = outputs.filter(({ input }) => input < 0)
    expect(orphans).toEqual([])
    const answers = inputs.filter(({ event }) =>
      ['timer-fire', 'disk-result', 'cpu-done'].includes(event.kind),
    )
    expect(answers.every(({ output }) => output >= 0)).toBe(true)
  })
})
