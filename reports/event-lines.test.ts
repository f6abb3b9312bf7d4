import { describe, expect, test } from 'vitest'

import { type Event, eventFields } from '../sim/index.ts'
import { eventLine, eventLines } from './event-lines.ts'
import { coloured } from './palette.ts'

let seq = 0

function event(kind: string, own: object): Event {
  seq++
  const object: object = { seq, at: seq * 1_500_000, node: 'store-1', kind, cause: seq - 1, ...own }
  return object as Event
}

const bytes = Buffer.from('GET /index.html HTTP/1.1\r\nhost: a').toString('base64')
const events: readonly Event[] = [
  event('start', { incarnation: 2, version: '1.4' }),
  event('stop-asked', { grace: 5_000_000_000 }),
  event('stop', { isForced: true }),
  event('crash', { connections: 'silent' }),
  event('exit', { code: 1, error: 'TypeError: x is not a function', stack: 'at …' }),
  event('pause', {}),
  event('resume', {}),
  event('send', {
    target: 'store-2',
    size: 90,
    message: { kind: 'append', term: 3, entries: [{ f: 'put', key: 'k 1', value: null }] },
  }),
  event('deliver', { source: 'store-2', message: { kind: 'appended', term: 3, match: 7, ok: true } }),
  event('drop', { target: 'store-3', why: 'partition' }),
  event('duplicate', { target: 'store-3' }),
  event('datagram-send', { target: 'dns', port: 53, sourcePort: 4000, bytes: 'AAH/' }),
  event('datagram-deliver', { source: 'dns', sourcePort: 53, port: 4000, bytes: 'AAH/', isCorrupted: true }),
  event('listen', { protocol: 'stream', port: 80 }),
  event('connect', { stream: 4, target: 'store-2', port: 80 }),
  event('accept', { stream: 4, source: 'store-2', port: 80, sourcePort: 49152 }),
  event('connect-result', { stream: 4, error: 'ECONNREFUSED' }),
  event('stream-write', { stream: 4, bytes }),
  event('stream-read', { stream: 4, bytes: bytes.slice(0, 8) }),
  event('stream-drain', { stream: 4 }),
  event('core', { nodes: ['a', 'b'] }),
  event('stream-end', { stream: 4 }),
  event('stream-ended', { stream: 4 }),
  event('stream-reset', { stream: 4, why: 'peer' }),
  event('resolve', { name: 'db.local' }),
  event('resolve-result', { name: 'db.local', address: 'db-1' }),
  event('timer-set', { timer: 12, due: 2_000_000_000 }),
  event('timer-cancel', { timer: 12 }),
  event('timer-fire', { timer: 12 }),
  event('cpu', { work: 250_000 }),
  event('cpu-done', {}),
  event('disk-request', { operation: 'write', path: '/log/0001', offset: 512, bytes: 'AAH/' }),
  event('disk-result', { operation: 'write', path: '/log/0001', error: 'EIO' }),
  event('disk-crash', { path: '/log/0001', kept: 2, lost: 1, torn: 1 }),
  event('disk-damage', { path: '/log/0001', damage: 'bit-rot', offset: 77 }),
  event('log', { level: 'warn', text: 'election timed out', fields: { term: 4 } }),
  event('probe', { name: 'leader', value: { term: 4, leader: 'store-1' } }),
  event('buggify', { site: 'raft/slow-apply' }),
  event('operation', {
    phase: 'fail',
    id: 3,
    process: 'client-1',
    f: 'cas',
    key: 'k1',
    value: [1, 2],
    error: 'was 3',
  }),
  event('fault-begin', {
    index: 0,
    fault: { kind: 'crash', at: 5, for: 1_000_000, node: 'store-1', connections: 'reset', disk: 'torn' },
  }),
  event('fault-end', { index: 0, faultKind: 'crash' }),
  event('phase', { phase: 'healed' }),
  event('quorum-read', { zone: 'eu', lag: 3 }),
]

describe('events as lines', () => {
  test('show every kind in short, in columns, with the event that led to it', () => {
    expect(`\n${eventLines(events).join('\n')}\n`).toMatchInlineSnapshot(`
      "
         #1  0.001500000s  store-1  start             incarnation 2, version 1.4
         #2  0.003000000s  store-1  stop-asked        within 5s  <- #1
         #3  0.004500000s  store-1  stop              forced: its grace period ran out  <- #2
         #4  0.006000000s  store-1  crash             silent  <- #3
         #5  0.007500000s  store-1  exit              code 1: TypeError: x is not a function  <- #4
         #6  0.009000000s  store-1  pause             <- #5
         #7  0.010500000s  store-1  resume            <- #6
         #8  0.012000000s  store-1  send              to store-2  append  term 3, entries [{f: put, key: "k 1", value: null}]  <- #7
         #9  0.013500000s  store-1  deliver           from store-2  appended  term 3, match 7, ok true  <- #8
        #10  0.015000000s  store-1  drop              to store-3: partition  <- #9
        #11  0.016500000s  store-1  duplicate         store-3  <- #10
        #12  0.018000000s  store-1  datagram-send     to dns:53  0001ff (3 B)  <- #11
        #13  0.019500000s  store-1  datagram-deliver  from dns:53  0001ff (3 B) corrupted  <- #12
        #14  0.021000000s  store-1  listen            protocol stream, port 80  <- #13
        #15  0.022500000s  store-1  connect           stream 4 to store-2:80  <- #14
        #16  0.024000000s  store-1  accept            stream 4 from store-2:49152 on port 80  <- #15
        #17  0.025500000s  store-1  connect-result    stream 4, error ECONNREFUSED  <- #16
        #18  0.027000000s  store-1  stream-write      stream 4  "GET /index.html HTTP/1.1"… (33 B)  <- #17
        #19  0.028500000s  store-1  stream-read       stream 4  "GET /i" (6 B)  <- #18
        #20  0.030000000s  store-1  stream-drain      stream 4  <- #19
        #21  0.031500000s  store-1  core              a, b  <- #20
        #22  0.033000000s  store-1  stream-end        stream 4  <- #21
        #23  0.034500000s  store-1  stream-ended      stream 4  <- #22
        #24  0.036000000s  store-1  stream-reset      stream 4, why peer  <- #23
        #25  0.037500000s  store-1  resolve           db.local  <- #24
        #26  0.039000000s  store-1  resolve-result    db.local = db-1  <- #25
        #27  0.040500000s  store-1  timer-set         timer 12, due 2.000000000s  <- #26
        #28  0.042000000s  store-1  timer-cancel      timer 12  <- #27
        #29  0.043500000s  store-1  timer-fire        timer 12  <- #28
        #30  0.045000000s  store-1  cpu               250us  <- #29
        #31  0.046500000s  store-1  cpu-done          <- #30
        #32  0.048000000s  store-1  disk-request      write /log/0001 at 512 0001ff (3 B)  <- #31
        #33  0.049500000s  store-1  disk-result       write /log/0001: EIO  <- #32
        #34  0.051000000s  store-1  disk-crash        path /log/0001, kept 2, lost 1, torn 1  <- #33
        #35  0.052500000s  store-1  disk-damage       path /log/0001, damage bit-rot, offset 77  <- #34
        #36  0.054000000s  store-1  log               warn: election timed out: term 4  <- #35
        #37  0.055500000s  store-1  probe             leader = {term: 4, leader: store-1}  <- #36
        #38  0.057000000s  store-1  buggify           raft/slow-apply  <- #37
        #39  0.058500000s  store-1  operation         client-1: fail cas k1 [1, 2]: was 3  <- #38
        #40  0.060000000s  store-1  fault-begin       #0 crash for 1ms node store-1, connections reset, disk torn  <- #39
        #41  0.061500000s  store-1  fault-end         #0 crash  <- #40
        #42  0.063000000s  store-1  phase             healed  <- #41
        #43  0.064500000s  store-1  quorum-read       zone eu, lag 3  <- #42
      "
    `)
  })

  test('cover every kind that there is', () => {
    const shown = new Set(events.map(({ kind }) => kind as string))
    expect(Object.keys(eventFields).filter((kind) => !shown.has(kind))).toEqual([])
  })

  test('point at the events that are marked', () => {
    const marked = new Set([2])
    expect(`\n${eventLines(events.slice(0, 3), { marked }).join('\n')}\n`).toMatchInlineSnapshot(`
      "
        #1  0.001500000s  store-1  start       incarnation 2, version 1.4
      > #2  0.003000000s  store-1  stop-asked  within 5s  <- #1
        #3  0.004500000s  store-1  stop        forced: its grace period ran out  <- #2
      "
    `)
  })

  test('are coloured when asked to', () => {
    const colourOf = (line: string): string =>
      line
        .split('m')
        .find((_, place, all) => all[place + 1]?.startsWith('store-'))
        ?.split('[')
        .at(-1) ?? ''
    const [one, other] = ['store-1', 'store-2'].map((node) =>
      colourOf(eventLine({ ...events[0]!, node }, coloured)),
    )
    expect(one).toMatch(/^\d+$/)
    expect(other).not.toBe(one)
    expect(eventLine(events[0]!)).not.toContain('\u001b')
  })

  test('are one line, and tell a terminal nothing, whatever a program logs', () => {
    const line = eventLine(event('log', { level: 'info', text: 'one\ntwo\u001b[2Jthree\u202e', fields: {} }))
    expect(line).toContain('one\\u000atwo\\u001b[2Jthree\\u202e')
  })

  test('stay short however large the data', () => {
    const huge = event('probe', {
      name: 'x',
      value: Array.from({ length: 10_000 }, (_, index) => ({ index })),
    })
    expect(eventLine(huge).length).toBeLessThan(200)
  })
})
