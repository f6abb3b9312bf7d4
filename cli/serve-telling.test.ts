import { expect, test, vi } from 'vitest'

import { Telling } from './serve-telling.ts'
import type { Event, LogLevel } from '../sim/index.ts'

function logged(level: LogLevel, text: string, fields: object = {}): Event {
  return { kind: 'log', level, text, fields } as Partial<Event> as Event
}

test('the same information is said three times a second, and then how much more of it there was', () => {
  vi.useFakeTimers()
  const said: string[] = []
  const telling = new Telling((line) => void said.push(line))
  for (let session = 1; session <= 32; session++)
    telling.event(logged('info', 'connection broke', { session }))
  telling.event(logged('info', 'ready'))
  for (let count = 0; count < 5; count++) telling.event(logged('warn', 'the disk refuses'))
  vi.advanceTimersByTime(1001)
  telling.event(logged('info', 'connection broke'))
  telling.flush()
  vi.useRealTimers()
  expect(said).toEqual([
    'info connection broke {"session":1}',
    'info connection broke {"session":2}',
    'info connection broke {"session":3}',
    'info ready',
    ...Array.from({ length: 5 }, () => 'warn the disk refuses'),
    'info connection broke: 29 more of these within a second',
    'info connection broke',
  ])
})
