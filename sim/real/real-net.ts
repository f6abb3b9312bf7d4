// The `env.net` of a program on a real machine, over node:net, node:dgram and the system's resolver.

import { lookup } from 'node:dns/promises'
import { createConnection, createServer, type Server as NodeServer, type Socket } from 'node:net'

import { type Address, type Addresses, addressText, boundAddress } from './addresses.ts'
import { breakOff } from './break-off.ts'
import type { Exchange, ExchangeTape, WhatPassed } from './exchange.ts'
import { netError } from './net-errors.ts'
import { RealConnection } from './real-connection.ts'
import { bindDatagram } from './real-datagram.ts'
import { enter, hold, settled } from './real-process.ts'
import {
  type Connection,
  type DatagramSocket,
  type ListenOptions,
  type Net,
  NetError,
  type Server,
} from '../env.ts'
import type { NodeId } from '../event.ts'
import { checkPort, HandOver, iterate } from '../net/index.ts'
import { type Process, wholeWait } from '../node/index.ts'
import { type Duration, seconds } from '../time.ts'

const connectTimeout = seconds(10)
const nsInMs = 1_000_000
/** Connections that wait for `accept`; more are reset. */
const backlogMax = 511

/** The sockets of a program. */
export class RealNet implements Net {
  readonly #process: Process
  readonly #addresses: Addresses
  readonly #watcher: NetWatcher

  constructor(process: Process, addresses: Addresses, watcher: NetWatcher) {
    this.#process = process
    this.#addresses = addresses
    this.#watcher = watcher
  }

  listen(port: number, { host }: ListenOptions = {}): Promise<Server> {
    this.#process.check()
    checkPort(port, 1)
    const address = this.#addresses.listenOn(port, host)
    const server = settled(this.#process, this.#listening(port, address), (late) => {
      late.close()
    })
    return this.#told(server, { kind: 'stream', port, address })
  }

  bind(port = 0): Promise<DatagramSocket> {
    this.#process.check()
    checkPort(port, 0)
    const address = this.#addresses.listenOn(port)
    const bound = bindDatagram(this.#process, address, this.#addresses)
    const socket = settled(this.#process, bound, (late) => {
      late.close()
    })
    return port === 0 ? socket : this.#told(socket, { kind: 'datagram', port, address })
  }

  connect(host: string, port: number, options: { readonly timeout?: Duration } = {}): Promise<Connection> {
    this.#process.check()
    checkPort(port, 1)
    const timeout = wholeWait('timeout of connect', options.timeout ?? connectTimeout)
    const opened = openSocket(this.#addresses.of(host, port), timeout)
    const socket = settled(this.#process, opened, (late) => {
      late.destroy()
    })
    return socket.then((open) => new RealConnection(this.#process, open, { name: host, port }))
  }

  async #listening(port: number, address: Address): Promise<RealServer> {
    const server = await listening(address)
    return new RealServer(this.#process, server, {
      addresses: this.#addresses,
      port,
      watcher: this.#watcher,
    })
  }

  async #told<T extends { readonly address: Address }>(opened: Promise<T>, wanted: Listening): Promise<T> {
    try {
      const socket = await opened
      this.#watcher.onListen?.({ ...wanted, address: socket.address })
      return socket
    } catch (error) {
      if (error instanceof NetError) this.#watcher.onRefused?.({ ...wanted, error })
      throw error
    }
  }

  resolve(name: string): Promise<NodeId> {
    this.#process.check()
    if (this.#addresses.isKnown(name)) return Promise.resolve(name)
    const found = lookup(name).then(
      ({ address }) => address,
      (error: unknown) => {
        throw netError(error, `look-up of ${name}`, 'EAI_AGAIN')
      },
    )
    return settled(this.#process, found)
  }
}

function openSocket(address: Address, timeout: Duration): Promise<Socket> {
  const about = `connect to ${addressText(address)}`
  return new Promise((resolve, reject) => {
    const socket = createConnection({ ...address, allowHalfOpen: true })
    const fail = (error: NetError): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(
      () => {
        fail(new NetError('ETIMEDOUT', about))
      },
      Math.ceil(timeout / nsInMs),
    )
    const onError = (error: Error): void => {
      fail(netError(error, about, 'EHOSTUNREACH'))
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', onError)
      resolve(socket)
    })
  })
}

async function listening(address: Address): Promise<NodeServer> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
  await new Promise<void>((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(netError(error, `listen on ${addressText(address)}`, 'EADDRINUSE'))
    }
    server.once('error', onError)
    server.listen({ ...address }, () => {
      server.off('error', onError)
      resolve()
    })
  })
  return server
}

/** Called with what passed over each connection that a program accepted, once it is closed or the program has ended. */
export type OnExchange = (exchange: Exchange) => void

/** Where a node is to be reached: by streams, datagrams, or messages of other nodes. */
export interface Listening {
  readonly kind: 'stream' | 'datagram' | 'messages'
  /** The port as the program says it. */
  readonly port: number
  /** Where that really is: its port is never 0. */
  readonly address: Address
}

/** An address that a node wanted and did not get. */
export interface ListenRefusal extends Listening {
  /** What the program was told. */
  readonly error: NetError
}

/** Who hears of the sockets of a program. */
export interface NetWatcher {
  /** What exchanges are recorded on; null when nobody asks for them. */
  readonly tape: ExchangeTape | null
  readonly onExchange: OnExchange | undefined
  readonly onListen: ((listening: Listening) => void) | undefined
  readonly onRefused: ((refusal: ListenRefusal) => void) | undefined
}

interface Serving {
  readonly addresses: Addresses
  /** The port as the program says it. */
  readonly port: number
  readonly watcher: NetWatcher
}

/** A socket that listens. */
class RealServer implements Server {
  readonly port: number
  readonly address: Address
  readonly #process: Process
  readonly #server: NodeServer
  readonly #accepted = new HandOver<Connection>()

  constructor(process: Process, server: NodeServer, serving: Serving) {
    this.#process = process
    this.#server = server
    this.address = boundAddress(server)
    this.port = 'path' in this.address ? 0 : this.address.port
    server.on('connection', (socket) => {
      enter(process, () => {
        this.#take(socket, serving)
      })
    })
    // An error of a listening socket after it listens (too many open files) costs a connection, not the server.
    server.on('error', () => undefined)
    const forget = hold(process, () => {
      server.close()
    })
    server.on('close', forget)
  }

  accept(): Promise<Connection | null> {
    this.#process.check()
    return this.#accepted.take()
  }

  close(): void {
    if (this.#process.isAlive) this.#accepted.close()
    this.#server.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<Connection> {
    return iterate(() => this.accept())
  }

  #take(socket: Socket, { addresses, port, watcher: { tape, onExchange } }: Serving): void {
    if (this.#accepted.length >= backlogMax) {
      breakOff(socket)
      return
    }
    // A Unix socket has no address; nor has a connection that its peer has broken off before it was taken.
    const nameless = 'path' in this.address ? 'unix' : 'gone'
    const { remoteAddress = nameless, remotePort = 0 } = socket
    const name = addresses.nameAt(remoteAddress.replace(/^::ffff:/, ''))
    const remote = { name, port: remotePort }
    const recorder = tape?.record(port) ?? null
    const onStep = recorder === null ? null : (passed: WhatPassed): void => recorder.add(passed)
    const connection = new RealConnection(this.#process, socket, remote, onStep)
    if (recorder !== null) {
      // A peer may keep its end for long after the program has ended.
      const forget = hold(this.#process, () => onExchange?.(recorder.exchange))
      socket.on('close', () => {
        if (!this.#process.isAlive) return
        forget()
        onExchange?.(recorder.exchange)
      })
    }
    this.#accepted.put(connection)
    socket.resume()
  }
}
