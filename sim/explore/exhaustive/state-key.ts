// The state of a small world as a text that is equal for equal states: for each node whether it is up and what it has
// published, what is on its disk, which timers it has set; the messages in flight; how much of each budget is used; the history of operations,
// and what invariants remember. Exact: parts are told by their numbers, not by hashes.

import { messageNumber, timersByNode } from './candidates.ts'
import type { PendingTimer } from './choice-queue.ts'
import type { Interner } from './interner.ts'
import type { SmallWorld } from './small-world.ts'
import { timerText } from './step.ts'
import { formatState } from '../../disk/index.ts'
import type { NodeId } from '../../event.ts'
import type { Machine } from '../../node/index.ts'

/** Why a state cannot be told from others. */
export type Untold =
  /** These nodes have not published their state. */
  | { readonly kind: 'unpublished'; readonly nodes: readonly NodeId[] }
  /** Bytes of streams or datagrams are on their way. */
  | { readonly kind: 'bytes' }

/** The state as text, or why it cannot be told. */
export function stateKey(world: SmallWorld, interner: Interner): string | Untold {
  const nodes = unpublished(world)
  if (nodes.length > 0) return { kind: 'unpublished', nodes }
  if (world.published.hasBytes) return { kind: 'bytes' }
  const timers = timersByNode(world.queue.timers.values())
  const parts = [...world.machines.values()].map((machine) =>
    interner.of(nodeText(world, machine, timers.get(machine.node) ?? [])),
  )
  return `${parts.join()}|${messagesText(world, interner)}|${interner.of(restText(world))}`
}

function unpublished({ machines, published }: SmallWorld): readonly NodeId[] {
  return [...machines.values()]
    .filter(({ node, isUp }) => isUp && published.stateOf(node) === undefined)
    .map(({ node }) => node)
}

function nodeText(world: SmallWorld, machine: Machine, timers: readonly PendingTimer[]): string {
  const { node, isUp, state } = machine
  const { published, queue, settings, world: watched } = world
  const devices = [...queue.devices.values()].filter((device) => device.node === node).length
  const now = queue.timeOf(node)
  const set =
    settings.timers === 'any'
      ? timers.map(({ timer }) => timerText(timer)).sort()
      : // How they lie to each other decides what comes first, also of those still to be set.
        timers.map(({ timer, at }) => `${timerText(timer)} in ${Math.max(0, at - now)}`)
  return JSON.stringify([
    state,
    isUp ? published.stateOf(node) : null,
    isUp ? published.askedOf(node) : '',
    diskText(world, machine),
    set,
    devices,
    watched.draws.get(node) ?? 0,
  ])
}

/** What the program finds on its disk, and what it would find after a crash that loses all that is not synced. */
function diskText({ published, world }: SmallWorld, machine: Machine): readonly string[] {
  if (!published.disks.has(machine.node)) return []
  const disk = world.diskOf(machine)
  return [formatState(disk.state('cached')), formatState(disk.state('durable'))]
}

function messagesText({ queue, settings }: SmallWorld, interner: Interner): string {
  const messages = [...queue.messages.values()]
  if (settings.network !== 'ordered') {
    const numbers = messages.map((pending) => messageNumber(pending, interner))
    return numbers.sort((a, b) => a - b).join()
  }
  const lines = new Map<string, number[]>()
  for (const pending of messages) {
    const line = `${pending.source}>${pending.node}`
    lines.set(line, [...(lines.get(line) ?? []), messageNumber(pending, interner)])
  }
  return [...lines.keys()]
    .sort()
    .map((line) => lines.get(line)?.join())
    .join(';')
}

// What of a budget without end is used makes no difference.
function restText({ used, settings, history, judge, queue }: SmallWorld): string {
  const budgets = [
    settings.crashes === Infinity ? 0 : used.crash,
    settings.losses === Infinity ? 0 : used.loss,
    settings.duplicates === Infinity ? 0 : used.duplicate,
  ]
  const unowned = [...queue.devices.values()].filter(({ node }) => node === '').length
  return JSON.stringify([budgets, history.text, judge.memory(), unowned])
}
