// Rules: a chain of tests over what links carry; the first that matches decides. For scenarios and tests that need
// exactly this message lost or late, installed for as long as they need it.

import type { Message } from '../env.ts'
import type { NodeId } from '../event.ts'
import type { Release } from '../faults/index.ts'
import type { Duration } from '../time.ts'

/** What a rule sees of something that is sent. */
export interface Packet {
  readonly carries: 'message' | 'datagram' | 'segment'
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

/** Which packets a rule concerns, as plain data: all that is given must hold. */
export interface PacketPattern {
  readonly carries?: Packet['carries']
  readonly from?: readonly NodeId[]
  readonly to?: readonly NodeId[]
  /** Messages of these kinds. */
  readonly messages?: readonly string[]
  /** Datagrams to this port. */
  readonly port?: number
}

/** What becomes of a packet: no later rule is asked, it is lost, or it is late. */
export type Verdict =
  { readonly kind: 'pass' } | { readonly kind: 'drop' } | { readonly kind: 'delay'; readonly by: Duration }

/** Which packets a rule concerns. */
export type PacketTest = PacketPattern | ((packet: Packet) => boolean)

interface Rule {
  readonly concerns: (packet: Packet) => boolean
  readonly verdict: Verdict
}

/** The rules of a network, in the order in which they were installed. */
export class Rules {
  readonly #chain: Rule[] = []

  get isEmpty(): boolean {
    return this.#chain.length === 0
  }

  /** Adds a rule at the end of the chain. */
  add(test: PacketTest, verdict: Verdict): Release {
    const rule = { concerns: typeof test === 'function' ? test : matcher(test), verdict }
    this.#chain.push(rule)
    return () => {
      const place = this.#chain.indexOf(rule)
      if (place >= 0) this.#chain.splice(place, 1)
    }
  }

  /** What the first rule that concerns a packet says; null when there is none. */
  judge(packet: Packet): Verdict | null {
    return this.#chain.find((rule) => rule.concerns(packet))?.verdict ?? null
  }
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
