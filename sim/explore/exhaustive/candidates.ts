// Which steps are possible in a state. Their numbers depend only on what they are, so that a step is known again on
// another path and in another order.

import type { PendingDevice, PendingMessage, PendingTimer } from './choice-queue.ts'
import type { Interner } from './interner.ts'
import type { SmallWorld } from './small-world.ts'
import { type Candidate, type Step, timerText } from './step.ts'
import type { NodeId } from '../../event.ts'

/** The steps that are possible now: deliveries, timers, what devices do, then what goes wrong. */
export function candidates(world: SmallWorld, interner: Interner): readonly Candidate[] {
  const { queue } = world
  const messages = distinct(receivable([...queue.messages.values()], world), interner)
  return [
    ...messages
      .filter(([, { node }]) => world.machines.get(node)?.isUp === true)
      .map(([id, pending]) => ({ id, step: messageStep('delivery', pending) })),
    ...timerCandidates([...queue.timers.values()], world, interner),
    ...deviceCandidates([...queue.devices.values()], interner),
    ...messageFaults(messages, world, interner),
    ...crashes(world, interner),
  ]
}

/** By which number a message is known. */
export function messageNumber({ source, node, message }: PendingMessage, interner: Interner): number {
  return interner.of(`message ${source}>${node} ${JSON.stringify(message)}`)
}

/** The timers of each node in the order in which they are due, those set earlier first where that is the same. */
export function timersByNode(timers: Iterable<PendingTimer>): ReadonlyMap<NodeId, readonly PendingTimer[]> {
  const byNode = new Map<NodeId, PendingTimer[]>()
  for (const timer of timers) {
    const known = byNode.get(timer.node)
    if (known === undefined) byNode.set(timer.node, [timer])
    else known.push(timer)
  }
  for (const own of byNode.values()) own.sort((a, b) => a.at - b.at || a.record - b.record)
  return byNode
}

// In an ordered network only the first message from one node to another.
function receivable(messages: readonly PendingMessage[], world: SmallWorld): readonly PendingMessage[] {
  if (world.settings.network !== 'ordered') return messages
  const links = new Set<unknown>()
  return messages.filter(({ link }) => !links.has(link) && links.add(link))
}

/** Equal messages are one candidate. */
function distinct(
  messages: readonly PendingMessage[],
  interner: Interner,
): readonly (readonly [id: number, pending: PendingMessage])[] {
  const first = new Map<number, PendingMessage>()
  for (const pending of messages) {
    const id = messageNumber(pending, interner)
    if (!first.has(id)) first.set(id, pending)
  }
  return [...first]
}

function messageStep(kind: 'delivery' | 'duplicate' | 'loss', pending: PendingMessage): Step {
  const { source, node, record, message } = pending
  return { kind, source, node, record, message }
}

function timerCandidates(
  timers: readonly PendingTimer[],
  world: SmallWorld,
  interner: Interner,
): readonly Candidate[] {
  if (timers.length === 0) return []
  return [...timersByNode(timers).values()].flatMap((own) => {
    const may = world.settings.timers === 'any' ? own : own.filter(({ at }) => at === own[0]?.at)
    const seen = new Set<string>()
    // Of timers that are taken for the same the first; the others are its successors once it has fired.
    const first = may.filter(({ timer }) => !seen.has(timerText(timer)) && seen.add(timerText(timer)))
    return first.map(({ node, record, timer }) => ({
      id: interner.of(`timer ${node} ${timerText(timer)}`),
      step: { kind: 'timer', node, record, timer } as const,
    }))
  })
}

// Those of one node in the order in which they are due.
function deviceCandidates(devices: readonly PendingDevice[], interner: Interner): readonly Candidate[] {
  const first = new Map<NodeId, PendingDevice>()
  for (const device of devices) {
    const known = first.get(device.node)
    if (known === undefined || device.at < known.at) first.set(device.node, device)
  }
  return [...first.values()].map(({ node, record }) => ({
    id: interner.of(`device ${node}`),
    step: { kind: 'device', node, record },
  }))
}

function messageFaults(
  messages: readonly (readonly [id: number, pending: PendingMessage])[],
  { settings, used, machines }: SmallWorld,
  interner: Interner,
): readonly Candidate[] {
  const losses = used.loss < settings.losses ? messages : []
  const isDoubling = used.duplicate < settings.duplicates && settings.network !== 'set'
  const duplicates = isDoubling ? messages.filter(([, { node }]) => machines.get(node)?.isUp === true) : []
  return [
    ...duplicates.map(([id, pending]) => ({
      id: interner.of(`duplicate ${id}`),
      step: messageStep('duplicate', pending),
    })),
    ...losses.map(([id, pending]) => ({ id: interner.of(`loss ${id}`), step: messageStep('loss', pending) })),
  ]
}

function crashes(world: SmallWorld, interner: Interner): readonly Candidate[] {
  const { settings, used, machines, published } = world
  if (settings.crashes === 0) return []
  return [...machines.values()].flatMap((machine): readonly Candidate[] => {
    const { node } = machine
    if (!world.mayCrash(node)) return []
    if (machine.state === 'down' && machine.endedBy === 'crash-silent')
      return settings.restarts ? [{ id: interner.of(`start ${node}`), step: { kind: 'start', node } }] : []
    if (machine.process === null || used.crash >= settings.crashes) return []
    const outcomes = published.disks.has(node) ? (['lost', 'kept'] as const) : (['lost'] as const)
    return outcomes.map((disk) => ({
      id: interner.of(`crash ${node} ${disk}`),
      step: { kind: 'crash', node, disk },
    }))
  })
}
