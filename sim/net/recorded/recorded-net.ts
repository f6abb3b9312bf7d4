// The `env.net` of an incarnation that runs alone.

import {
  type Connection,
  type DatagramSocket,
  type Net,
  NetError,
  type NetErrorCode,
  type Server,
} from '../../env.ts'
import type { NodeId } from '../../event.ts'
import { type Process, wholeWait } from '../../node/index.ts'
import { type Duration, ns } from '../../time.ts'
import { checkPort } from '../ports.ts'
import type { RecordedNetwork } from './recorded-network.ts'
import { RecordedServer } from './recorded-server.ts'
import { RecordedSocket } from './recorded-socket.ts'

/** The sockets of a program that runs alone. */
export class RecordedNet implements Net {
  readonly #process: Process
  readonly #network: RecordedNetwork

  constructor(process: Process, network: RecordedNetwork) {
    this.#process = process
    this.#network = network
  }

  listen(port: number): Promise<Server> {
    this.#process.check()
    checkPort(port, 1)
    return this.#attempt(() => new RecordedServer(this.#process, this.#network.servers, port))
  }

  bind(port = 0): Promise<DatagramSocket> {
    this.#process.check()
    checkPort(port, 0)
    return this.#attempt(() => new RecordedSocket(this.#process, this.#network.sockets, port))
  }

  connect(host: string, port: number, options: { readonly timeout?: Duration } = {}): Promise<Connection> {
    this.#process.check()
    checkPort(port, 1)
    wholeWait('timeout of connect', options.timeout ?? ns(0))
    // Where look-ups failed, a node's own name was looked up as well.
    const { nodes, recorded } = this.#network
    if (nodes.has(host) && recorded.due?.kind !== 'resolve') return this.#open(host, port)
    return this.resolve(host).then((target) => this.#open(target, port))
  }

  resolve(name: string): Promise<NodeId> {
    const process = this.#process
    process.check()
    const { machine } = process
    const asked = machine.emit('resolve', { name })
    process.check()
    return new Promise((resolve, reject) => {
      process.step(ns(0), asked, (cause) => {
        const recorded = this.#network.recorded.input('resolve-result')
        if (recorded === null) return
        const { address, error } = recorded
        const answer = address === undefined ? { error: error ?? 'ENOTFOUND' } : { address }
        machine.emitInput('resolve-result', cause, { name, ...answer })
        if (!process.isAlive) return
        if (address !== undefined) resolve(address)
        else reject(new NetError((error ?? 'ENOTFOUND') as NetErrorCode, `look-up of "${name}"`))
      })
    })
  }

  #open(target: NodeId, port: number): Promise<Connection> {
    const process = this.#process
    process.check()
    const { nodes, recorded } = this.#network
    if (!nodes.has(target)) return Promise.reject(new NetError('EHOSTUNREACH', `no node "${target}"`))
    // Streams are numbered across the simulation: the recording knows the number.
    const stream = recorded.due?.kind === 'connect' ? recorded.due.stream : 0
    const asked = process.machine.emit('connect', { stream, target, port })
    process.check()
    return new Promise((resolve, reject) => {
      process.step(ns(0), asked, (cause) => {
        const result = recorded.input('connect-result')
        if (result === null) return
        const { error } = result
        process.machine.emitInput('connect-result', cause, {
          stream,
          ...(error === undefined ? {} : { error }),
        })
        if (!process.isAlive) return
        if (error === undefined) resolve(this.#network.connection(process, stream, target, port))
        else reject(new NetError(error as NetErrorCode, `connect to ${target}:${port}`))
      })
    })
  }

  // A trigger may have crashed this node at the event of a call: then the call does not return.
  #attempt<T>(action: () => T): Promise<T> {
    try {
      const made = action()
      this.#process.check()
      return Promise.resolve(made)
    } catch (error) {
      if (error instanceof NetError) return Promise.reject(error)
      throw error
    }
  }
}
