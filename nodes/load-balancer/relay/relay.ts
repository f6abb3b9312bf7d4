// Two streams made one: what one end says goes to the other, no faster than that takes it; an end that has said all of it may
// still listen.

import type { Deadlines } from './deadlines.ts'
import { type Connection, type Duration, NetError } from '../../../sim/index.ts'

/** One end: of what was read of it before, `first` goes ahead. */
export interface RelayEnd {
  readonly connection: Connection
  readonly read: () => Promise<Uint8Array | null>
  readonly first?: Uint8Array
}

/** How a relay goes. */
export interface RelayOptions {
  readonly deadlines: Deadlines
  /** How long nothing may be said in either direction. */
  readonly idleTimeout: Duration
  /** Told of bytes that were passed on. */
  readonly onBytes: (direction: 'sent' | 'received', count: number) => void
}

/** What ended it. */
export type RelayEnding = 'both-ended' | 'idle' | 'client-broke' | 'backend-broke'

/** Copies both ways until both ends have ended, or one of them broke: then both were ended, or reset. Never rejects by the network. */
export async function relay(
  client: RelayEnd,
  backend: RelayEnd,
  options: RelayOptions,
): Promise<RelayEnding> {
  let ending: RelayEnding = 'both-ended'
  const cut = (why: RelayEnding): void => {
    if (ending === 'both-ended') ending = why
    client.connection.reset()
    backend.connection.reset()
  }
  const watched = options.deadlines.watch(options.idleTimeout, () => {
    cut('idle')
  })
  const copy = async (direction: 'sent' | 'received'): Promise<void> => {
    const [from, to] = direction === 'sent' ? [client, backend] : [backend, client]
    let isReading = false
    try {
      if (from.first !== undefined && from.first.length > 0) {
        options.onBytes(direction, from.first.length)
        await to.connection.write(from.first)
      }
      for (;;) {
        isReading = true
        const bytes = await from.read()
        isReading = false
        watched.within(options.idleTimeout)
        if (bytes === null) break
        options.onBytes(direction, bytes.length)
        await to.connection.write(bytes)
        watched.within(options.idleTimeout)
      }
      to.connection.end()
    } catch (error) {
      if (!(error instanceof NetError)) throw error
      // Who was read from broke, or who was written to.
      cut((direction === 'sent') === isReading ? 'client-broke' : 'backend-broke')
    }
  }
  try {
    await Promise.all([copy('sent'), copy('received')])
  } finally {
    watched.end()
  }
  return ending
}
