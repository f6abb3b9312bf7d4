import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { neverFinds, parseQuery, QueryError, Search } from './index.ts'
import { checkEvents } from '../check-events.ts'
import { Recording } from '../testing/recording.ts'
import { type Event, type Fault, type Instant, ms } from '../../sim/index.ts'

/** Two servers append and commit; b commits once without having appended, a once too late. */
function servers(): Recording {
  return new Recording()
    .probe('a', 'raft.append', 1)
    .wait(ms(5))
    .probe('a', 'raft.commit', 1)
    .probe('b', 'raft.commit', 1)
    .wait(ms(5))
    .probe('b', 'raft.append', 2)
    .wait(ms(50))
    .probe('a', 'raft.commit', 2)
    .probe('b', 'raft.commit', 2)
}

function find(text: string, events: readonly Event[] = servers().events): readonly number[] {
  const found: number[] = []
  const search = new Search(parseQuery(text), ({ seq }) => void found.push(seq))
  for (const event of events) search.on(event)
  search.end()
  return found.sort((a, b) => a - b)
}

describe('a query finds', () => {
  test.each<readonly [string, readonly number[]]>([
    ['commit', [2, 3, 5, 6]],
    ['probe raft.commit', [2, 3, 5, 6]],
    ['commit [node = b]', [3, 6]],
    ['commit b', [3, 6]],
    ['commit [value > 1]', [5, 6]],
    ['commit [value <= 1]', [2, 3]],
    ['commit [value != 1]', [5, 6]],
    ['[kind = probe] [value = 2]', [4, 5, 6]],
    ['commit preceded by append', [2, 3, 5, 6]],
    ['commit not preceded by append on same node', [3]],
    ['commit preceded by append on same node within 10ms', [2]],
    ['commit not preceded by append within 10ms on same node', [3, 5, 6]],
    ['commit preceded by append on node b', [5, 6]],
    ['append followed by commit on same node', [1, 4]],
    ['append followed by commit within 5ms', [1]],
    ['append not followed by commit within 5ms', [4]],
    ['append not followed by commit within 1ms on node b', [1, 4]],
    ['commit not followed by append', [5, 6]],
    ['commit not followed by commit on same node', [5, 6]],
    ['commit preceded by append on same node and not followed by append', [5, 6]],
    ['"commit" preceded by "append" on node "a"', [2, 3, 5, 6]],
    ['commit preceded by commit on same node', [5, 6]],
    ['crash', []],
  ])('%s', (text, seqs) => {
    expect(find(text)).toEqual(seqs)
  })

  test('in messages, operations, faults and disks by what they are about', () => {
    const events = new Recording()
      .add('send', 'a', { target: 'b', size: 1, message: { kind: 'raft.vote', term: 3 } })
      .add('deliver', 'b', { source: 'a', message: { kind: 'raft.vote', term: 3 } })
      .add('operation', 'c', { phase: 'invoke', id: 1, process: 'c', f: 'put', key: 'k', value: 1 })
      .add('disk-request', 'b', { operation: 'sync', path: '/log' }).events
    expect(find('send vote b', events)).toEqual([1])
    expect(find('vote [message.term = 3]', events)).toEqual([1, 2])
    expect(find('invoke put', events)).toEqual([3])
    expect(find('sync /log preceded by deliver raft.vote on same node', events)).toEqual([4])
  })

  test('crashes, where it says crash, and not the faults that bring them, which are on no node', () => {
    const fault: Fault = {
      kind: 'crash',
      node: 'a',
      connections: 'reset',
      disk: 'drawn',
      at: 0 as Instant,
      for: ms(1),
    }
    const other: Fault = {
      kind: 'loss',
      links: { from: 'any', to: 'any', isSymmetric: true },
      ratio: 0.5,
      at: 0 as Instant,
      for: ms(1),
    }
    const { events } = new Recording()
      .add('fault-begin', '', { index: 1, fault })
      .add('crash', 'a', { connections: 'reset' })
      .add('fault-end', '', { index: 1, faultKind: 'crash' })
      .add('start', 'a', { incarnation: 2, version: '1' })
      .add('fault-begin', '', { index: 2, fault: other })
    expect(find('crash', events)).toEqual([2])
    expect(find('crash not followed by start on same node', events)).toEqual([])
    expect(find('fault-end crash', events)).toEqual([3])
    expect(find('fault-begin', events)).toEqual([1, 5])
    expect(find('loss', events)).toEqual([5])
  })

  test('nothing whose time was not over when the run ended', () => {
    const { events } = new Recording().probe('a', 'asked', 1).wait(ms(5)).probe('b', 'end', 1)
    expect(find('asked not followed by answered within 10ms', events)).toEqual([])
    expect(find('asked not followed by answered within 4ms', events)).toEqual([1])
    expect(find('asked followed by answered', events)).toEqual([])
  })
})

describe('by the definition of its words, a query finds the same', () => {
  const relation = fc.record({
    isWanted: fc.boolean(),
    isBefore: fc.boolean(),
    within: fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }),
    where: fc.constantFrom('', 'same', 'a'),
  })
  const step = fc.record({
    node: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('p', 'q'),
    wait: fc.integer({ min: 0, max: 2 }),
  })

  test('for all runs and relations', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 14 }),
        relation,
        (steps, { isWanted, isBefore, within, where }) => {
          const recording = new Recording()
          for (const { node, name, wait } of steps) recording.wait(ms(wait)).probe(node, name, 1)
          const { events } = recording
          const text = [
            `p ${isWanted ? '' : 'not '}${isBefore ? 'preceded' : 'followed'} by q`,
            ...(within === null ? [] : [`within ${within}ms`]),
            ...(where === '' ? [] : [where === 'same' ? 'on same node' : `on node ${where}`]),
          ].join(' ')
          const end = events.at(-1)?.at ?? 0
          const expected = events.filter((event) => {
            if (event.kind !== 'probe' || event.name !== 'p') return false
            const isThere = events.some(
              (other) =>
                other.kind === 'probe' &&
                other.name === 'q' &&
                (isBefore ? other.seq < event.seq : other.seq > event.seq) &&
                (where === '' || other.node === (where === 'same' ? event.node : where)) &&
                (within === null || Math.abs(other.at - event.at) <= ms(within)),
            )
            const isJudged = isBefore || isThere || within === null || end - event.at > ms(within)
            return isJudged && isThere === isWanted
          })
          expect(find(text, events)).toEqual(expected.map(({ seq }) => seq))
        },
      ),
    )
  })
})

describe('as an invariant', () => {
  test('what is found is a violation, shown by the event', async () => {
    const invariant = neverFinds('probe commit not preceded by probe append on same node')
    expect(invariant.kinds).toEqual(['probe'])
    const { violations, reports } = await checkEvents([invariant], servers().events)
    expect(violations).toMatchObject([{ invariant: invariant.name, seq: 3, witnesses: [3] }])
    expect(reports[0]?.looked).toBe(2)
  })

  test('what was to follow and did not is found at the end', async () => {
    const { violations } = await checkEvents([neverFinds('append not followed by crash')], servers().events)
    expect(violations).toMatchObject([{ witnesses: [1] }])
  })

  test('what is not found is none', async () => {
    const { violations } = await checkEvents([neverFinds('append preceded by crash')], servers().events)
    expect(violations).toEqual([])
  })
})

describe('what is no query', () => {
  test.each([
    ['', 'at 1: got the end, wanted words of an event'],
    ['a followed b', 'at 12: got "b", wanted by'],
    ['a preceded by', 'got the end, wanted words of an event'],
    ['a followd by b', 'at 11: got "by", wanted preceded by, followed by'],
    ['a not b', 'at 7: got "b", wanted preceded by, followed by'],
    ['a preceded by b within soon', 'got "soon", wanted a duration'],
    ['a preceded by b on same', 'got the end, wanted node'],
    ['a preceded by b on moon', 'got "moon", wanted same node, or node NAME'],
    ['a [term]', 'got [term], wanted [field = value]'],
    ['a "b', 'wanted a closing quote or bracket'],
    ['a ] b', 'wanted a closing quote or bracket'],
    ['x'.repeat(3000), 'wanted at most 2000 characters'],
  ])('%#', (text, said) => {
    expect(() => parseQuery(text)).toThrow(QueryError)
    expect(() => parseQuery(text)).toThrow(said)
  })

  test('never anything but an error of its own', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: 'binary' }), (text) => {
        try {
          find(text)
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError)
        }
      }),
    )
  })
})
