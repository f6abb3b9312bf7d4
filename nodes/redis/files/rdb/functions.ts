// What FUNCTION DUMP gives and FUNCTION RESTORE takes: libraries as in an RDB file, its version, and a CRC-64 of both.

import { crc64 } from '../bytes/crc64.ts'
import { ByteSink } from '../bytes/byte-sink.ts'
import { ByteSource } from '../bytes/byte-source.ts'
import { RedisFileError } from '../bytes/file-error.ts'
import { opcode, rdbVersion } from './opcodes.ts'
import { readString, writeString } from './strings.ts'
import type { ByteString } from '../../value.ts'

const trailerSize = 10

/** Libraries, by their code, as a payload. */
export function dumpFunctions(codes: readonly ByteString[]): ByteString {
  const sink = new ByteSink()
  for (const code of codes) {
    sink.byte(opcode.function2)
    writeString(sink, code, true)
  }
  sink.uint16(rdbVersion)
  sink.bytes(crc64(sink.view()))
  return sink.take().toString('latin1')
}

/** The code of each library of a payload that is intact; null where something else is in it. */
export function restoreFunctions(payload: ByteString): readonly ByteString[] | null {
  const bytes = Buffer.from(payload, 'latin1')
  const source = new ByteSource(bytes.subarray(0, Math.max(0, bytes.length - trailerSize)))
  const codes: ByteString[] = []
  try {
    while (source.left > 0) {
      if (source.byte() !== opcode.function2) return null
      codes.push(readString(source))
    }
  } catch (error) {
    if (error instanceof RedisFileError) return null
    throw error
  }
  return codes
}
