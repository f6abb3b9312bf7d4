// The `env.net` of an incarnation.

import { SimDatagramSocket } from './datagram/datagram-socket.ts'
import type { NetworkInterface } from './network-interface.ts'
import { checkPort } from './ports.ts'
import { Opening } from './stream/opening.ts'
import { SimServer } from './stream/server.ts'
import {
  type Connection,
  type DatagramSocket,
  type ListenOptions,
  type Net,
  NetError,
  type Server,
} from '../env.ts'
import type { NodeId } from '../event.ts'
import { type Process, wholeWait } from '../node/index.ts'
import type { Duration } from '../time.ts'

/** The sockets of a program. */
export class SimNet implements Net {
  readonly #process: Process
  readonly #interface: NetworkInterface

  constructor(process: Process, networkInterface: NetworkInterface) {
    this.#process = process
    this.#interface = networkInterface
    networkInterface.attach(process)
  }

  listen(port: number, { host = '' }: ListenOptions = {}): Promise<Server> {
    this.#process.check()
    checkPort(port, 1)
    const isLocal = isLoopback(host)
    return this.#unlessCrashed(
      attempt(() => new SimServer(this.#process, this.#interface, { port, isLocal })),
    )
  }

  bind(port = 0): Promise<DatagramSocket> {
    this.#process.check()
    checkPort(port, 0)
    return this.#unlessCrashed(attempt(() => new SimDatagramSocket(this.#process, this.#interface, port)))
  }

  connect(host: string, port: number, options: { readonly timeout?: Duration } = {}): Promise<Connection> {
    this.#process.check()
    checkPort(port, 1)
    const { connectTimeout } = this.#interface.network.streamProfile
    const timeout = wholeWait('timeout of connect', options.timeout ?? connectTimeout)
    if (this.#isAddress(host)) return this.#open(host, port, timeout)
    return this.resolve(host).then((target) => this.#open(target, port, timeout))
  }

  resolve(name: string): Promise<NodeId> {
    this.#process.check()
    return this.#unlessCrashed(this.#interface.network.names.lookUp(this.#process, name))
  }

  // A node's name is its address, and nothing has to be looked up: that would cost every run events and latency for an
  // answer that is never another. Only where a fault lets look-ups of it fail, the call finds that out.
  #isAddress(host: string): boolean {
    const { names } = this.#interface.network
    return this.#interface.linkTo(host) !== null && !names.isFailing(this.#process.machine.node, host)
  }

  // A trigger may have crashed this node at the event of a call: then the call does not return.
  #unlessCrashed<T>(answer: Promise<T>): Promise<T> {
    this.#process.check()
    return answer
  }

  #open(target: NodeId, port: number, timeout: Duration): Promise<Connection> {
    this.#process.check()
    const link = this.#interface.linkTo(target)
    if (link === null) return Promise.reject(new NetError('EHOSTUNREACH', `no node "${target}"`))
    const networkInterface = this.#interface
    const opened = new Promise<Connection>((resolve, reject) => {
      void new Opening({ process: this.#process, networkInterface, link, port, timeout, resolve, reject })
    })
    return this.#unlessCrashed(opened)
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function attempt<T>(action: () => T): Promise<T> {
  try {
    return Promise.resolve(action())
  } catch (error) {
    if (error instanceof NetError) return Promise.reject(error)
    throw error
  }
}
