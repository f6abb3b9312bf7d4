// Frames of RFC 6455, section 5.2: what stands in front of each payload, and how one is written.

import { maskInPlace } from './masking.ts'

/** What a frame is, by its opcode. */
export const opcodes = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const

/** One of the opcodes that RFC 6455 knows. */
export type Opcode = (typeof opcodes)[keyof typeof opcodes]

/** What stands before a payload. */
export interface FrameHead {
  readonly isFinal: boolean
  /** The first reserved bit: the message is compressed (RFC 7692). */
  readonly isCompressed: boolean
  readonly opcode: Opcode
  /** Of the payload, in bytes. */
  readonly length: number
}

/** A frame to be written. */
export interface Frame {
  readonly opcode: Opcode
  readonly payload: Uint8Array
  /** Whether the message ends with it (default true). */
  readonly isFinal?: boolean
  readonly isCompressed?: boolean
  /** The four bytes with which a client masks; a server does not. */
  readonly maskingKey?: Uint8Array
}

/** The most that the payload of a control frame may have, in bytes (section 5.5). */
export const controlPayloadMax = 125

/** Whether frames of this opcode may stand between the fragments of a message. */
export function isControl(opcode: Opcode): boolean {
  return opcode >= opcodes.close
}

/** The bytes of a frame, its length in the shortest form. */
export function encodeFrame(frame: Frame): Uint8Array {
  const { opcode, payload, isFinal = true, isCompressed = false, maskingKey } = frame
  const lengthSize = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8
  const start = 2 + lengthSize + (maskingKey === undefined ? 0 : 4)
  const bytes = new Uint8Array(start + payload.length)
  bytes[0] = (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode
  bytes[1] =
    (maskingKey === undefined ? 0 : 0x80) | (lengthSize === 0 ? payload.length : lengthSize === 2 ? 126 : 127)
  const view = new DataView(bytes.buffer)
  if (lengthSize === 2) view.setUint16(2, payload.length)
  if (lengthSize === 8) view.setBigUint64(2, BigInt(payload.length))
  bytes.set(payload, start)
  if (maskingKey !== undefined) {
    bytes.set(maskingKey, start - 4)
    maskInPlace(bytes.subarray(start), maskingKey)
  }
  return bytes
}
