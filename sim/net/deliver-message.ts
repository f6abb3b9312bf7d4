// What happens when a message arrives: the second half of the hot path.

import type { Link } from './link.ts'
import type { Message } from '../env.ts'
import type { Action } from '../kernel/index.ts'

/**
 * A message reaches its target. It addresses the node: after a restart it is delivered to the incarnation that runs then.
 */
export function deliverMessage(link: Link, message: Message, hash: number, cause: number): void {
  if (cause <= link.cutThrough) link.dropInFlight(cause)
  else receiveMessage(link, message, hash, cause)
}

/** A message that no partition has met on its way. */
export function receiveMessage(link: Link, message: Message, hash: number, cause: number): void {
  const { target } = link
  if (target.process === null) link.drop(cause, 'node-down')
  else if (target.isHindered) target.defer(handleMessage, link, message, hash, cause)
  else handleMessage(link, message, hash, cause)
}

/** A program takes a message. */
export function handleMessage(link: Link, message: Message, hash: number, cause: number): void {
  const { target, sourceLabel } = link
  const { process } = target
  const handler = process?.handlerOf(message.kind)
  if (handler === undefined) {
    link.drop(cause, 'no-handler')
    return
  }
  target.beginStep()
  target.simulation.log.emitDeliver(link.targetLabel, sourceLabel, cause, message, hash)
  // A trigger may have crashed the node at the `deliver`.
  if (target.process !== process) return
  try {
    // A rejection of what an async handler returns is found when microtasks are drained.
    void handler(message, sourceLabel.id)
  } catch (error) {
    target.uncaught(error)
  }
}

/** The link that a pending record's message is on; null when the record is no delivery of a message. */
export function linkOfDelivery<S, P>(action: Action<S, P>, subject: S): Link | null {
  return (action as Action<never, never>) === deliverMessage ? (subject as Link) : null
}
