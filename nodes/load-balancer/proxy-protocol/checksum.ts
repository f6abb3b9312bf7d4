// The checksum that a header of version 2 may have among its fields (proxy-protocol.txt, section 2.2.4): of the whole header, with
// zeros where it stands itself.

import { ProxyProtocolError } from './proxy-protocol-error.ts'
import { crc32c } from '../../transport/index.ts'

/** The type of its field, and how long its value is. */
const [checksumType, checksumLength] = [0x03, 4]
/** What stands before the value of each field: its type and length. */
const fieldPrefix = 3

interface Field {
  readonly type: number
  readonly value: Uint8Array
}

/** Throws unless the checksum among the fields, which are the last of the header, is right; where there is none nothing is wrong. */
export function demandChecksum(header: Uint8Array, fields: readonly Field[]): void {
  const place = placeOf(header, fields)
  if (place === null) return
  const got = viewOf(header).getUint32(place)
  const wanted = checksumOf(header, place)
  if (got !== wanted) throw new ProxyProtocolError('its checksum', text(got), text(wanted))
}

/** Writes the checksum of a header, where it is to have one. Throws as `demandChecksum` does where there is no telling which. */
export function writeChecksum(header: Uint8Array, fields: readonly Field[]): void {
  const place = placeOf(header, fields)
  if (place !== null) viewOf(header).setUint32(place, checksumOf(header, place))
}

function placeOf(header: Uint8Array, fields: readonly Field[]): number | null {
  let found: number | null = null
  let place = header.length
  for (const { type, value } of fields.toReversed()) {
    place -= value.length
    if (type === checksumType) {
      if (found !== null) throw new ProxyProtocolError('its checksum', 'two of them', 'one')
      if (value.length !== checksumLength)
        throw new ProxyProtocolError('its checksum', `${value.length} bytes`, `${checksumLength}`)
      found = place
    }
    place -= fieldPrefix
  }
  return found
}

function checksumOf(header: Uint8Array, place: number): number {
  const zeroed = Uint8Array.from(header)
  viewOf(zeroed).setUint32(place, 0)
  return crc32c(zeroed)
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}

function text(checksum: number): string {
  return `0x${checksum.toString(16).padStart(8, '0')}`
}
