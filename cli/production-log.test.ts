import { readFileSync } from 'node:fs'

import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { rewrittenLog } from './testing/rewritten-log.ts'
import { type Serving, serving, untilWritten } from './testing/serving.ts'
import { Workplace } from './testing/workplace.ts'
import type { Event } from '../sim/index.ts'

vi.setConfig({ testTimeout: 120_000 })

let place: Workplace
let node: Serving

beforeAll(async () => {
  place = new Workplace()
  node = await serving(place, 'rest', '--port', '0', '--set', 'items=2', '--log', 'shop.ndjson')
})

afterAll(() => place.remove())

/** Orders under a key; the status. */
async function ordered(key: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': `"${key}"` }
  const body = JSON.stringify({ item: 1, quantity: 1, reference: key })
  const answer = await fetch(`http://${await node.at(80)}/orders`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}

/** The log with its events changed. */
function rewritten(name: string, change: (events: readonly Event[]) => readonly Event[]): string {
  return rewrittenLog(place, { log: 'shop.ndjson', as: name }, change)
}

const isResponse = (event: Event): boolean => event.kind === 'probe' && event.name === 'http.response'

test('what passed over real connections is run again in a simulation, and another answer is found', async () => {
  const http = await serving(place, 'http', '--port', '0', '--record', 'http.exchanges')
  const origin = `http://${await http.at(80)}`
  for (const path of ['/', '/stream/2', '/nowhere']) await (await fetch(`${origin}${path}`)).arrayBuffer()
  await (await fetch(`${origin}/body`, { method: 'POST', body: 'hello' })).arrayBuffer()
  http.signal('SIGTERM')
  expect(await http.ended()).toBe(0)
  const recorded = readFileSync(place.path('http.exchanges'), 'latin1')
  place.write(
    'other.exchanges',
    recorded.replace(/("kind":"sent","bytes":"[^"]*)"/, (_all, sent: string) => `${sent.slice(0, -4)}AAAA"`),
  )
  place.write('damaged.exchanges', `${recorded.split('\n', 1)[0] ?? ''}\n{"port":80}\n`)
  const [same, other, damaged, again] = await Promise.all([
    place.faultline('replay', 'http.exchanges'),
    place.faultline('replay', 'other.exchanges'),
    place.faultline('replay', 'damaged.exchanges'),
    place.faultline('serve', 'http', '--port', '0', '--record', 'http.exchanges'),
  ])
  expect([same.code, same.out]).toEqual([
    0,
    expect.stringMatching(/^the same {2}\d+ exchanges? of http, byte for byte\n$/),
  ])
  expect([other.code, other.out]).toEqual([
    1,
    expect.stringMatching(/^different {2}exchange \d+ \(port 80\)/),
  ])
  expect([damaged.code, damaged.error]).toEqual([2, expect.stringContaining('damaged.exchanges:2: got')])
  expect([again.code, again.error]).toEqual([
    2,
    expect.stringContaining('--record http.exchanges: got EEXIST'),
  ])
})

test('the log of a node that runs is shown as far as it goes, says so, and cannot be run again', async () => {
  for (const key of ['a', 'b', 'a']) expect(await ordered(key)).toBe(201)
  await untilWritten(place, 'shop.ndjson', /"name":"http\.response"/g, 3)
  const [stats, json, shown, found, replayed, unjudged, judged] = await Promise.all([
    place.faultline('stats', 'shop.ndjson'),
    place.faultline('stats', 'shop.ndjson', '--json'),
    place.faultline('show', 'shop.ndjson', '--kind', 'probe', '--text', 'http.response'),
    place.faultline('find', 'shop.ndjson', 'probe http.response'),
    place.faultline('replay', 'shop.ndjson'),
    place.faultline('check', 'shop.ndjson'),
    place.faultline('check', 'shop.ndjson', '--invariants', 'http'),
  ])
  expect([stats.code, stats.out]).toEqual([
    0,
    expect.stringMatching(/^partial: this log has no end yet[^\n]*\n/),
  ])
  expect((JSON.parse(json.out) as { readonly isPartial?: unknown }).isPartial).toBe(true)
  expect([shown.code, shown.out.match(/http\.response/g)?.length]).toEqual([0, 3])
  expect([found.code, found.out]).toEqual([0, expect.stringMatching(/\n3 found\n$/)])
  for (const { error } of [shown, found]) expect(error).toMatch(/^partial: /)
  expect([replayed.code, replayed.error]).toEqual([
    2,
    expect.stringMatching(
      /got the log of a real node \(rest\)[^]*check shop\.ndjson --invariants http no-exit/,
    ),
  ])
  expect([unjudged.code, unjudged.error]).toEqual([
    2,
    expect.stringMatching(/\n {2}faultline check shop\.ndjson --invariants http no-exit\n[^]*--scenario/),
  ])
  expect([judged.code, judged.out]).toEqual([0, expect.stringContaining('looked 3 times at answers')])
})

test('a log of requests is judged by what their server published, and an altered one is not let through', async () => {
  node.signal('SIGTERM')
  expect(await node.ended()).toBe(0)
  const twice = rewritten('twice.ndjson', (events) => {
    const last = events.findLastIndex(isResponse)
    return events.toSpliced(last, 0, ...events.slice(last, last + 1))
  })
  const lost = rewritten('lost.ndjson', (events) => events.toSpliced(events.findIndex(isResponse), 1))
  const other = rewritten('other.ndjson', (events) =>
    events.map((event, index) =>
      index === events.findLastIndex(isResponse) && event.kind === 'probe'
        ? { ...event, value: { id: 3, status: 200, isWhole: true } }
        : event,
    ),
  )
  place.write(
    'forged.ndjson',
    readFileSync(place.path('shop.ndjson'), 'latin1').replace('"status":201', '"status":500'),
  )
  const logs = ['shop.ndjson', twice, lost, other, 'forged.ndjson']
  const said = await Promise.all(
    logs.map((log) => place.faultline('check', log, '--invariants', 'http', 'no-exit')),
  )
  expect(said.map(({ code }) => code)).toEqual([0, 1, 1, 1, 2])
  expect(said[0]?.out).toMatch(/looked 3 times at answers\n[^]*looked once at answers to repeated requests/)
  expect(said[1]?.out).toContain('an answer to no request, or a second one')
  expect(said[2]?.out).toContain('a server that stopped in order has left requests unanswered')
  expect(said[3]?.out).toContain('one Idempotency-Key, two answers')
  expect(said[4]?.error).toMatch(/forged\.ndjson:\d+: got digest [^\n]*\(the line was altered\)/)
  const unknown = await place.faultline('check', 'shop.ndjson', '--invariants', 'htp')
  expect([unknown.code, unknown.error]).toEqual([
    2,
    expect.stringContaining('wanted some of http, chat, raft, redis-raft, redis-sentinel, no-exit'),
  ])
})
