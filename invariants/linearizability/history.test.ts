import { describe, expect, it } from 'vitest'

import { HistoryError } from './history-error.ts'
import { History, operationsOf, type HistoryEvent } from './history.ts'

const event = (
  place: number,
  phase: HistoryEvent['phase'],
  more: Partial<HistoryEvent> = {},
): HistoryEvent => ({
  place,
  process: 'a',
  phase,
  f: 'write',
  value: place,
  ...more,
})

describe('a history', () => {
  it('pairs each end with its invoke and keeps both values', () => {
    expect(operationsOf([event(1, 'invoke'), event(4, 'ok')])).toEqual([
      {
        process: 'a',
        f: 'write',
        key: null,
        input: 1,
        output: 4,
        outcome: 'ok',
        call: 1,
        return: 4,
      },
    ])
  })

  it('lets a process go on after an operation without a known end', () => {
    const operations = operationsOf([
      event(1, 'invoke'),
      event(2, 'info'),
      event(3, 'invoke'),
      event(4, 'ok'),
    ])
    expect(operations.map((operation) => operation.return)).toEqual([Infinity, 4])
  })

  it('pairs by id where a process has several operations open', () => {
    const operations = operationsOf([
      event(1, 'invoke', { id: 7 }),
      event(2, 'invoke', { id: 8 }),
      event(3, 'ok', { id: 7 }),
    ])
    expect(operations.map((operation) => operation.return)).toEqual([3, Infinity])
  })

  it('can be looked at while it grows', () => {
    const history = new History()
    history.add(event(1, 'invoke'))
    expect(history.finish()).toMatchObject([{ outcome: 'info' }])
    history.add(event(2, 'fail'))
    expect(history.finish()).toMatchObject([{ outcome: 'fail', output: 2 }])
    expect(history.size).toBe(1)
  })

  it.each<[string, readonly HistoryEvent[], string]>([
    [
      'an end without an invoke',
      [event(1, 'ok')],
      'history:1: got ok of "write" by process "a" without an invoke',
    ],
    ['two ends', [event(1, 'invoke'), event(2, 'ok'), event(3, 'ok')], 'history:3: got ok'],
    ['a second invoke', [event(1, 'invoke'), event(2, 'invoke')], 'history:2: got invoke'],
    [
      'the end of another operation',
      [event(1, 'invoke'), event(2, 'ok', { f: 'read' })],
      'history:2: got ok of "read"',
    ],
    ['places that do not ascend', [event(2, 'invoke'), event(2, 'ok')], 'history:2: got place 2 after 2'],
  ])('refuses %s', (_, events, message) => {
    expect(() => operationsOf(events)).toThrow(HistoryError)
    expect(() => operationsOf(events)).toThrow(message)
  })
})
