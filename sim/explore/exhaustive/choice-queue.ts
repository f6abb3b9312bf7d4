// A queue from which somebody chooses, instead of the earliest record coming up: messages and timers wait until they are
// chosen. What a step schedules for its own instant (a program's start, the rest of a step behind `cpu.charge`) belongs to
// that step and comes up at once.
//
// Time: each node has a time of its own, which only its timers move. A step at one node therefore changes nothing that a
// step at another one could see, and the two may change places.

import type { TimerName } from './step.ts'
import type { Message } from '../../env.ts'
import type { NodeId } from '../../event.ts'
import type { Action, PendingId, StepQueue, StepState } from '../../kernel/index.ts'
import { linkOfDelivery } from '../../net/index.ts'
import { pendingStep, type ProcessTimer } from '../../node/index.ts'
import type { Duration, Instant } from '../../time.ts'

interface Pending {
  /** How many were scheduled before it on this path. */
  readonly record: number
  readonly at: Instant
  readonly run: () => void
  readonly cause: number
}

/** A message in flight. */
export interface PendingMessage extends Pending {
  readonly link: NonNullable<ReturnType<typeof linkOfDelivery>>
  readonly source: NodeId
  readonly node: NodeId
  readonly message: Message
  readonly hash: number
}

/** A timer that was set. */
export interface PendingTimer extends Pending {
  readonly node: NodeId
  readonly timer: TimerName
}

/** Anything else; `node` is '' when it belongs to none. */
export interface PendingDevice extends Pending {
  readonly node: NodeId
}

/** The queue. */
export class ChoiceQueue implements StepQueue {
  /** In the order in which they were scheduled. */
  readonly messages: Map<number, PendingMessage> = new Map()
  readonly timers: Map<number, PendingTimer> = new Map()
  readonly devices: Map<number, PendingDevice> = new Map()
  readonly #state: StepState
  readonly #isSet: boolean
  /** Takes the next step; false when the path is at its end. */
  readonly #choose: () => boolean
  readonly #eager: Pending[] = []
  readonly #times = new Map<NodeId, Instant>()
  #delivered: PendingMessage | null = null
  #records = 0

  constructor(state: StepState, isSet: boolean, choose: () => boolean) {
    this.#state = state
    this.#isSet = isSet
    this.#choose = choose
  }

  get length(): number {
    return this.messages.size + this.timers.size + this.devices.size + this.#eager.length
  }

  push<S, P>(
    at: Instant,
    _tie: number,
    action: Action<S, P>,
    subject: S,
    payload: P,
    extra: number,
    cause: number,
  ): PendingId {
    const record = this.#records++
    const run = (): void => {
      action(subject, payload, extra, cause)
    }
    const link = linkOfDelivery(action, subject)
    if (link !== null) {
      const [source, node, message] = [link.source.node, link.target.node, payload as Message]
      this.#addMessage({ record, at, cause, run, link, source, node, message, hash: extra })
      return record
    }
    const owned = pendingStep(action, subject, payload)
    const node = owned?.machine.node ?? ''
    if (owned?.kind === 'timer')
      this.timers.set(record, { record, at, cause, run, node, timer: this.#nameOf(owned.timer, at) })
    else if (at <= this.#state.now) this.#eager.push({ record, at, cause, run })
    else this.devices.set(record, { record, at, cause, run, node })
    return record
  }

  cancel(id: PendingId): boolean {
    if (this.timers.delete(id) || this.devices.delete(id)) return true
    const place = this.#eager.findIndex(({ record }) => record === id)
    if (place >= 0) this.#eager.splice(place, 1)
    return place >= 0
  }

  runNext(): boolean {
    const next = this.#eager.shift()
    if (next === undefined) return this.#choose()
    this.#run(next)
    return true
  }

  /** The time of a node. */
  timeOf(node: NodeId): Instant {
    return this.#times.get(node) ?? (0 as Instant)
  }

  /** Makes it this node's turn: what follows happens at its time. */
  enter(node: NodeId, cause: number): void {
    this.#state.now = this.timeOf(node)
    this.#state.cause = cause
  }

  /** Lets a message arrive; `keeps`: it is in flight all the same. */
  deliver(pending: PendingMessage, keeps: boolean): void {
    if (!keeps && !this.#isSet) this.messages.delete(pending.record)
    this.#delivered = pending
    this.enter(pending.node, pending.cause)
    this.#run(pending)
  }

  /** The message that was delivered last is in flight all the same: its target ignored it. */
  putBack(): void {
    const message = this.#delivered
    if (message === null || this.messages.has(message.record)) return
    this.messages.set(message.record, message)
  }

  /** Lets a message be lost. */
  lose(pending: PendingMessage): void {
    this.messages.delete(pending.record)
    this.enter(pending.node, pending.cause)
    pending.link.drop(pending.cause, 'loss')
  }

  /** Lets a timer fire, which moves its node's time. */
  fire(pending: PendingTimer): void {
    const { node, at, record } = pending
    this.timers.delete(record)
    if (at > this.timeOf(node)) this.#times.set(node, at)
    this.enter(node, pending.cause)
    this.#run(pending)
  }

  /** Lets anything else come up. */
  come(pending: PendingDevice): void {
    this.devices.delete(pending.record)
    this.enter(pending.node, pending.cause)
    this.#run(pending)
  }

  #run(pending: Pending): void {
    this.#state.cause = pending.cause
    pending.run()
  }

  #nameOf({ handler, period }: ProcessTimer, at: Instant): TimerName {
    return { handler: handler.name, wait: (at - this.#state.now) as Duration, period }
  }

  #addMessage(pending: PendingMessage): void {
    if (this.#isSet && this.#isThere(pending)) return
    this.messages.set(pending.record, pending)
  }

  #isThere({ link, hash, message }: PendingMessage): boolean {
    let text: string | null = null
    for (const other of this.messages.values()) {
      if (other.link !== link || other.hash !== hash) continue
      text ??= JSON.stringify(message)
      if (JSON.stringify(other.message) === text) return true
    }
    return false
  }
}
