// What an event of a disk or of a connection says, with its bytes as text.

import { bytesText } from '../../bytes-text.ts'
import { fieldsText } from '../../data-text.ts'
import type { PlainRecord } from './document.ts'
import { wordText } from './plain.ts'

/** So many bytes are decoded where there is room. */
const bytesInDetail = 300
const lengthMax = 160

/** The event on one line; null where it is of no such kind, or says nothing of what such events say. */
export function ioText(kind: string, own: PlainRecord): string | null {
  const bytes = typeof own['bytes'] === 'string' ? bytesText(own['bytes']) : null
  if (kind === 'disk-request' || kind === 'disk-result') return diskText(own, bytes ?? '')
  if (bytes === null) return null
  switch (kind) {
    case 'datagram-send':
      return `to ${wordText(own['target'])}:${wordText(own['port'])}  ${bytes}`
    case 'datagram-deliver':
      return `from ${wordText(own['source'])}:${wordText(own['sourcePort'])}  ${bytes}${own['isCorrupted'] === true ? ' corrupted' : ''}`
    case 'stream-write':
    case 'stream-read':
      return `stream ${wordText(own['stream'])}  ${bytes}`
    default:
      return null
  }
}

/** The bytes of an event decoded, longer than on its line; null where it has none. */
export function decodedBytes(kind: string, own: PlainRecord): string | null {
  const { bytes } = own
  return typeof bytes === 'string' && ioText(kind, own) !== null ? bytesText(bytes, bytesInDetail) : null
}

function diskText(
  { operation, path, offset, bytes: _bytes, ...rest }: PlainRecord,
  bytes: string,
): string | null {
  if (typeof operation !== 'string' || typeof path !== 'string') return null
  const place = offset === undefined ? '' : ` at ${wordText(offset)}`
  return [`${operation} ${path}${place}`, fieldsText(rest, lengthMax), bytes]
    .filter((part) => part !== '')
    .join('  ')
}
