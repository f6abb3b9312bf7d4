// The end of a socket whose program has ended: what was written may leave, for a while.

import type { Socket } from 'node:net'

/** How long what was written may take to leave, in milliseconds. */
const lingerMax = 2000

/** Ends a socket in order. A peer that takes nothing does not keep the process alive for ever. */
export function endSoon(socket: Socket): void {
  socket.end(() => socket.destroy())
  setTimeout(() => socket.destroy(), lingerMax).unref()
}
