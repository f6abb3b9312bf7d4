// Datagrams of a program over node:dgram.

import { Buffer } from 'node:buffer'
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

import { type Address, type Addresses, addressText } from './addresses.ts'
import { netError } from './net-errors.ts'
import { enter, hold } from './real-process.ts'
import { type Datagram, type DatagramSocket, NetError } from '../env.ts'
import type { NodeId } from '../event.ts'
import { checkPort, HandOver, iterate } from '../net/index.ts'
import type { Process } from '../node/index.ts'

const bytesMax = 65_507
/** Packets that wait to be received; more are lost, as they are in a system's own buffer. */
const waitingMax = 4096

/** Opens a socket. Rejects with a NetError. */
export async function bindDatagram(
  process: Process,
  address: Address,
  addresses: Addresses,
): Promise<RealDatagramSocket> {
  const about = `bind to ${addressText(address)}`
  if ('path' in address) throw new NetError('EADDRINUSE', `${about}: there are no Unix sockets for datagrams`)
  const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4')
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      socket.close()
      reject(netError(error, about, 'EADDRINUSE'))
    }
    socket.once('error', onError)
    socket.bind(address.port, address.host, () => {
      socket.off('error', onError)
      resolve()
    })
  })
  return new RealDatagramSocket(process, socket, addresses)
}

class RealDatagramSocket implements DatagramSocket {
  readonly port: number
  readonly address: Address
  readonly #process: Process
  readonly #socket: Socket
  readonly #addresses: Addresses
  readonly #received = new HandOver<Datagram>()
  #isClosed = false

  constructor(process: Process, socket: Socket, addresses: Addresses) {
    this.#process = process
    this.#socket = socket
    this.#addresses = addresses
    const { address: host, port } = socket.address()
    this.port = port
    this.address = { host, port }
    socket.on('message', (bytes, { address, port }) => {
      enter(process, () => {
        if (this.#received.length >= waitingMax) return
        this.#received.put({ source: addresses.nameAt(address), sourcePort: port, bytes })
      })
    })
    // What could not be sent is lost, as datagrams are.
    socket.on('error', () => undefined)
    const forget = hold(process, () => {
      this.#closeSocket()
    })
    socket.on('close', forget)
  }

  send(target: NodeId, port: number, bytes: Uint8Array | string): void {
    this.#process.check()
    checkPort(port, 1)
    const copy = Buffer.from(bytes as Uint8Array)
    if (copy.length > bytesMax)
      throw new NetError('EMSGSIZE', `got ${copy.length} bytes, wanted at most ${bytesMax} in a datagram`)
    const address = this.#addresses.of(target, port)
    if (this.#isClosed || 'path' in address) return
    this.#socket.send(copy, address.port, address.host, () => undefined)
  }

  receive(): Promise<Datagram | null> {
    this.#process.check()
    return this.#received.take()
  }

  close(): void {
    if (this.#process.isAlive) this.#received.close()
    this.#closeSocket()
  }

  [Symbol.asyncIterator](): AsyncIterator<Datagram> {
    return iterate(() => this.receive())
  }

  #closeSocket(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close()
  }
}
