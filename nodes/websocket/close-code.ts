// Why a connection is closed: the codes of RFC 6455, section 7.4, and the payload of a close frame.

import { isUtf8 } from 'node:buffer'

import { WebSocketError } from './websocket-error.ts'

/** The codes that an endpoint may send, and the two that only say what was observed. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  /** Never sent: the close frame had no code. */
  noStatus: 1005,
  /** Never sent: the stream ended without a close frame. */
  abnormal: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  mandatoryExtension: 1010,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
} as const

/** What a close frame says. */
export interface CloseReason {
  readonly code: number
  readonly reason: string
}

/** The most that a reason may have, in bytes of UTF-8. */
export const reasonMax = 123

/**
 * Whether a close frame may carry this code: those that the protocol has (1000 to 1003, 1007 to 1014), and those that are left
 * to libraries and applications (3000 to 4999).
 */
export function isSendable(code: number): boolean {
  return (
    Number.isInteger(code) &&
    ((code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
      (code >= 3000 && code <= 4999))
  )
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The payload of a close frame. Throws a RangeError for a code that may not be sent, or a reason that is too long. */
export function encodeClose({ code, reason }: CloseReason): Uint8Array {
  if (code === closeCodes.noStatus) return new Uint8Array(0)
  if (!isSendable(code))
    throw new RangeError(`close code: got ${code}, wanted 1000 to 1014 but 1004 to 1006, or 3000 to 4999`)
  const text = encoder.encode(reason)
  if (text.length > reasonMax)
    throw new RangeError(`close reason: got ${text.length} bytes, wanted at most ${reasonMax}`)
  const payload = new Uint8Array(2 + text.length)
  payload[0] = code >> 8
  payload[1] = code & 255
  payload.set(text, 2)
  return payload
}

/** What the payload of a close frame says. Throws a WebSocketError for one that says nothing valid (section 5.5.1). */
export function decodeClose(payload: Uint8Array): CloseReason {
  if (payload.length === 0) return { code: closeCodes.noStatus, reason: '' }
  const code = ((payload[0] as number) << 8) | (payload[1] ?? 0)
  if (payload.length === 1)
    throw new WebSocketError(closeCodes.protocolError, 'a close frame of 1 byte', 'none, or a code of 2')
  if (!isSendable(code))
    throw new WebSocketError(closeCodes.protocolError, `the close code ${code}`, 'one that may be sent')
  const reason = payload.subarray(2)
  if (!isUtf8(reason))
    throw new WebSocketError(closeCodes.invalidPayload, 'a close reason that is no UTF-8', 'UTF-8')
  return { code, reason: decoder.decode(reason) }
}
