// What happens when a message arrives: the second half of the hot path.

import type { Link } from './link.ts'
import type { Message } from '../env.ts'

/** A message reaches its target. */
export function deliverMessage(link: Link, message: Message, hash: number, cause: number): void {
  const { target } = link
  if (cause <= link.cutThrough) link.dropInFlight(cause)
  else if (target.process === null) link.drop(cause, 'node-down')
  else if (target.isHindered) target.defer(handleMessage, link, message, hash, cause)
  else handleMessage(link, message, hash, cause)
}

/** A program takes a message. */
export function handleMessage(link: Link, message: Message, hash: number, cause: number): void {
  const { source, target } = link
  const handler = target.process?.handlers.get(message.kind)
  if (handler === undefined) {
    link.drop(cause, 'no-handler')
    return
  }
  target.beginStep()
  target.simulation.log.emitDeliver(target.label, source.label, cause, message, hash)
  try {
    // A rejection of what an async handler returns is found when microtasks are drained.
    void handler(message, source.node)
  } catch (error) {
    target.uncaught(error)
  }
}
