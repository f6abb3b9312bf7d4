// A datagram on its way, and its arrival: at a socket, or nowhere.

import type { SimDatagramSocket } from './datagram-socket.ts'
import type { Link } from '../link.ts'
import { headerSize, type Parcel, undamaged } from '../parcel.ts'
import type { Ports } from '../ports.ts'
import { deliverInput, type ProgramInput } from '../program-input.ts'
import type { Packet } from '../rule.ts'
import type { Instant } from '../../time.ts'

/** A datagram as it was sent. */
export interface Datagram {
  readonly link: Link
  /** The sockets of the target's node. */
  readonly sockets: Ports<SimDatagramSocket>
  readonly port: number
  readonly sourcePort: number
  /** Nobody else's: neither the sender nor the receiver sees this array. */
  readonly bytes: Uint8Array
  /** The seq of its `datagram-send`. */
  readonly cause: number
}

/** A datagram as a parcel. */
export class DatagramParcel implements Parcel {
  readonly canDouble = true
  sent: number
  readonly datagram: Datagram

  constructor(datagram: Datagram) {
    this.datagram = datagram
    this.sent = datagram.cause
  }

  get size(): number {
    return this.datagram.bytes.length + headerSize
  }

  get cause(): number {
    return this.datagram.cause
  }

  arrive(at: Instant, cause: number, damage: number): void {
    const { simulation } = this.datagram.link.source
    simulation.schedule(at, arriveDatagram, this, undefined, damage, cause)
  }

  describe(): Packet {
    const { link, port, bytes } = this.datagram
    return { carries: 'datagram', source: link.source.node, target: link.target.node, port, bytes }
  }
}

/** Its checksum is that of the program, if it has one: a damaged datagram is delivered. */
function arriveDatagram(parcel: DatagramParcel, _payload: undefined, damage: number, cause: number): void {
  const { datagram } = parcel
  const { link } = datagram
  const { process } = link.target
  if (Math.max(parcel.sent, cause) <= link.cutThrough) link.dropInFlight(cause)
  else if (process === null) link.drop(cause, 'node-down')
  else deliverInput(process, new DatagramArrival(datagram, damage), 0, cause)
}

/** A datagram that has reached its node. */
class DatagramArrival implements ProgramInput {
  readonly #datagram: Datagram
  readonly #damage: number

  constructor(datagram: Datagram, damage: number) {
    this.#datagram = datagram
    this.#damage = damage
  }

  run(cause: number): void {
    const { link, sockets, port, sourcePort, bytes } = this.#datagram
    const socket = sockets.at(port)
    if (socket === undefined) link.drop(cause, 'no-handler')
    else if (socket.isFull) link.drop(cause, 'inbox-full')
    else {
      const isCorrupted = this.#damage !== undamaged && bytes.length > 0
      const received = isCorrupted ? flipped(bytes, this.#damage) : bytes.slice()
      const { node } = link.source
      const fields = { source: node, sourcePort, port, bytes: received, isCorrupted }
      link.target.emitInput('datagram-deliver', cause, fields)
      socket.put({ source: node, sourcePort, bytes: received })
    }
  }

  dropped(cause: number, why: 'node-down' | 'inbox-full'): void {
    this.#datagram.link.drop(cause, why)
  }
}

/** A copy of the bytes with one to four neighbours changed, from a place in [0, 1) on. */
export function flipped(bytes: Uint8Array, damage: number): Uint8Array {
  const result = bytes.slice()
  const place = damage * bytes.length
  const start = Math.floor(place)
  // The digits behind the place say how many bytes are hit, and by which pattern.
  const rest = Math.floor((place - start) * 1024)
  const end = Math.min(bytes.length, start + 1 + (rest % 4))
  const pattern = 1 + ((rest >> 2) % 255)
  for (let index = start; index < end; index++) result[index] = (bytes[index] as number) ^ pattern
  return result
}
