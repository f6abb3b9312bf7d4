// Replies that have to wait for something that is under way: a disk, another server.

import type { CommandContext } from './context.ts'

/** Lets the client wait until `act` resolves; what that gives is called to reply. Must not reject. */
export function replyLater({ client, server }: CommandContext, act: () => Promise<() => void>): void {
  client.isBlocked = true
  server.env.spawn(async () => {
    const answer = await act()
    server.step(() => {
      answer()
      server.resume(client)
    })
  })
}
