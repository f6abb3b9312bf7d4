// How a server ends a stream so that its last words arrive: it ends its own side and reads over what the peer still sends.
// Closed with bytes unread, TCP answers with a reset, which may overtake the last words (RFC 9112, section 9.6).

import { type Connection, type Duration, type Env, ms, NetError } from '../../sim/index.ts'

/** How long it reads on unless somebody says otherwise, and how many bytes, before the connection is reset after all. */
const lingerMaxDefault = ms(1000)
const bytesMax = 1024 * 1024

/**
 * Ends a stream, and resolves when the peer has ended its side too, or the connection was reset because it did not. `read`
 * gives what comes next, for as long as `lingerMax`.
 */
export async function closeKindly(
  env: Env,
  connection: Connection,
  read: () => Promise<Uint8Array | null>,
  lingerMax: Duration = lingerMaxDefault,
): Promise<void> {
  connection.end()
  const timer = env.timers.after(lingerMax, () => {
    connection.reset()
  })
  try {
    for (let left = bytesMax; left >= 0;) {
      const bytes = await read()
      if (bytes === null) return
      left -= bytes.length
    }
    connection.reset()
  } catch (error) {
    if (!(error instanceof NetError)) throw error
  } finally {
    timer.cancel()
  }
}
