// How large the head of a handshake may be, in either direction; a body is none of it.

import type { HttpLimits } from '../http/index.ts'

/** What is wanted of HTTP messages that open a WebSocket. */
export const headLimits: Partial<HttpLimits> = {
  targetMax: 8 * 1024,
  headerBytesMax: 16 * 1024,
  headerCountMax: 100,
  bodyMax: 0,
}
