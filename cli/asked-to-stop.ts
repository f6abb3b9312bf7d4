// Being asked to stop: by SIGINT, by SIGTERM, or by the end of the `npx` that started this process.

import type { Duration, RealNode } from '../sim/index.ts'

/** How often a process looks whether its parent is still there. */
const lookMs = 500

/**
 * Calls `asked` for each SIGINT and SIGTERM, and once when the `npx` (`npm exec`) that started this process has ended: a SIGTERM for it
 * ends npm and the shell in between, and what they had started would go on, with its ports. Without npx the end of a parent
 * means nothing: whoever starts a service in the background may go. Until the result is called; it keeps no process alive.
 */
export function onAskedToStop(asked: () => void): () => void {
  process.on('SIGINT', asked)
  process.on('SIGTERM', asked)
  const endLooking = process.env['npm_command'] === 'exec' ? whenParentEnds(asked) : undefined
  return () => {
    process.off('SIGINT', asked)
    process.off('SIGTERM', asked)
    endLooking?.()
  }
}

/** Stops a node when that is asked for, for which it has `grace`; who asks again ends it at once. */
export function stopWhenAsked(node: RealNode, grace: Duration): void {
  let asked = 0
  const end = onAskedToStop(() => {
    if (++asked > 1) node.kill()
    else void node.stop(grace)
  })
  void node.ended.then(end)
}

function whenParentEnds(ended: () => void): () => void {
  const parent = process.ppid
  const looking = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(looking)
    ended()
  }, lookMs)
  looking.unref()
  return () => {
    clearInterval(looking)
  }
}
