// The end of a socket without order.

import type { Socket } from 'node:net'

/**
 * Closes a socket at once, so that the peer hears a reset: what was written and has not left is lost. A Unix socket has no reset:
 * the peer hears the end there, unless this end has left something unread.
 */
export function breakOff(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy()
  else socket.resetAndDestroy()
}
