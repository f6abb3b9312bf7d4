// What HTTP servers publish for invariants (see nodes/http/request-log.ts), and whether a value is such a thing.

import type { Data, DataRecord, EventOf } from '../../sim/index.ts'

/** A request whose head has arrived, or how it ended. */
export type HttpProbe =
  | {
      readonly kind: 'request'
      readonly id: number
      readonly method: string
      readonly target: string
      readonly key: string | null
    }
  | {
      readonly kind: 'response'
      readonly id: number
      /** Null: nothing was answered. */
      readonly status: number | null
      readonly isWhole: boolean
      readonly answer: string | null
    }

/** The probe of an HTTP server that an event is; null when it is none. */
export function httpProbe({ name, value }: EventOf<'probe'>): HttpProbe | null {
  if ((name !== 'http.request' && name !== 'http.response') || !isRecord(value)) return null
  const { id, method, target, key, status, isWhole, answer } = value
  if (typeof id !== 'number') return null
  if (name === 'http.request')
    return {
      kind: 'request',
      id,
      method: textOf(method) ?? '',
      target: textOf(target) ?? '',
      key: textOf(key),
    }
  return {
    kind: 'response',
    id,
    status: typeof status === 'number' ? status : null,
    isWhole: isWhole === true,
    answer: textOf(answer),
  }
}

function textOf(value: Data | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function isRecord(value: Data): value is DataRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
