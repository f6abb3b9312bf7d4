// Rules: a chain of tests over what links carry; the first that matches decides. For scenarios and tests that need
// exactly this message lost or late, installed for as long as they need it.

import type { Message } from '../env.ts'
import type { NodeId } from '../event.ts'
import type { FaultOrigin, PacketPattern, Release, Verdict } from '../faults/index.ts'

/** What a rule sees of something that is sent. */
export interface Packet {
  readonly carries: NonNullable<PacketPattern['carries']>
  readonly source: NodeId
  readonly target: NodeId
  /** The message, when it is one. */
  readonly message?: Message
  /** The target's port, when it is a datagram. */
  readonly port?: number
  /** The bytes, when it is a datagram or a segment with bytes. Not to be changed. */
  readonly bytes?: Uint8Array
  /** The stream, when it is a segment. */
  readonly stream?: number
}

/** Which packets a rule concerns. */
export type PacketTest = PacketPattern | ((packet: Packet) => boolean)

/** A rule as it is installed. */
export interface RuleSpec {
  readonly test: PacketTest
  readonly verdict: Verdict
  /** Decides at most this many times (default: any number). */
  readonly countMax?: number
  /** The fault behind it, if there is one: what the rule decides is its effect. */
  readonly origin?: FaultOrigin
}

interface Rule extends RuleSpec {
  readonly concerns: (packet: Packet) => boolean
  decided: number
}

/** The rules of a network, in the order in which they were installed. */
export class Rules {
  readonly #chain: Rule[] = []

  get isEmpty(): boolean {
    return this.#chain.length === 0
  }

  /** Adds a rule at the end of the chain. */
  add(spec: RuleSpec): Release {
    const rule = ruleOf(spec)
    this.#chain.push(rule)
    return () => {
      const place = this.#chain.indexOf(rule)
      if (place >= 0) this.#chain.splice(place, 1)
    }
  }

  /** Adds a rule that is asked before all others, for good. */
  addFirst(spec: RuleSpec): void {
    this.#chain.unshift(ruleOf(spec))
  }

  /** What the first rule that concerns a packet says; null when there is none. */
  judge(packet: Packet): Verdict | null {
    const rule = this.#chain.find(
      ({ concerns, decided, countMax = Infinity }) => decided < countMax && concerns(packet),
    )
    if (rule === undefined) return null
    rule.decided++
    rule.origin?.affected()
    return rule.verdict
  }
}

function ruleOf(spec: RuleSpec): Rule {
  const { test } = spec
  return { ...spec, concerns: typeof test === 'function' ? test : matcher(test), decided: 0 }
}

function matcher(pattern: PacketPattern): (packet: Packet) => boolean {
  const { carries, from, to, messages, port } = pattern
  return (packet) =>
    (carries === undefined || packet.carries === carries) &&
    (from === undefined || from.includes(packet.source)) &&
    (to === undefined || to.includes(packet.target)) &&
    (messages === undefined || (packet.message !== undefined && messages.includes(packet.message.kind))) &&
    (port === undefined || packet.port === port)
}
