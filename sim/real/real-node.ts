// A program on a real machine: the machine and process of the simulation over real time, sockets and files. One node a
// process is what is meant; several work too, as in tests.

import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Addresses, type AddressOptions, boundAddress } from './addresses.ts'
import { DataFolder } from './data-folder.ts'
import { ExchangeTape } from './exchange.ts'
import { RealDisk } from './real-disk.ts'
import { RealEnv } from './real-env.ts'
import { listenForMessages, messagesPort } from './message-door.ts'
import { RealMessages } from './real-messages.ts'
import { type Listening, type ListenRefusal, type NetWatcher, type OnExchange, RealNet } from './real-net.ts'
import { realNow, RealTimeQueue, SelectiveLog } from './real-time.ts'
import { type DataRecord, plainCopy } from '../data.ts'
import { type Disk, type Env, type Messages, type Net, NetError, type Program } from '../env.ts'
import type { Event, EventKind, NodeId } from '../event.ts'
import { Simulation } from '../kernel/index.ts'
import { type EnvDevices, Machine, type MachineWorld, type Process } from '../node/index.ts'
import { type Duration, seconds } from '../time.ts'

/** What a node on a real machine is. */
export interface RealNodeOptions extends AddressOptions {
  readonly name: NodeId
  readonly program: Program
  /** What the program finds under `env.parameters`. */
  readonly parameters?: DataRecord
  /** The folder with the node's files (default: a temporary one, which goes with the node). */
  readonly data?: string
  /** Of all randomness (default: drawn by the system). It decides what programs draw, and nothing else here. */
  readonly seed?: number
  /** Whether the node takes messages of others, on the address that `listen` has for `messagesPort` (default: if it has one). */
  readonly hasMessages?: boolean
  /** Called with what passed over each connection that the program accepted, once it is closed or the program has ended. */
  readonly onExchange?: OnExchange
  /** Called when the node listens somewhere, be it for streams, datagrams or messages of others. */
  readonly onListen?: (listening: Listening) => void
  /** Called when it cannot listen where it wanted to; what becomes of that is up to the program. */
  readonly onRefused?: (refusal: ListenRefusal) => void
  /** Called with each event of `loggedKinds`. */
  readonly onEvent?: (event: Event) => void
}

/** Which events of a real node are logged: its life, what it publishes, messages and operations. */
export const loggedKinds: ReadonlySet<EventKind> = new Set<EventKind>([
  'start',
  'stop-asked',
  'stop',
  'exit',
  'probe',
  'log',
  'operation',
  'send',
  'deliver',
  'drop',
])

/** How a node ended. */
export interface RealNodeEnd {
  /** 0 when it was stopped or ended itself on purpose. */
  readonly code: number
  /** The error that ended it. */
  readonly error?: string
  readonly stack?: string
}

/** A program that runs on this machine. */
export class RealNode implements EnvDevices, MachineWorld {
  readonly simulation: Simulation
  readonly addresses: Addresses
  /** Resolves when the program has ended, for whatever reason. */
  readonly ended: Promise<RealNodeEnd>
  readonly #machine: Machine
  readonly #queue: RealTimeQueue
  readonly #files: string
  readonly #release: () => void
  readonly #hasMessages: boolean
  readonly #watcher: NetWatcher
  #messages: Server | null = null
  #operations = 0
  #resolveEnd: (end: RealNodeEnd) => void = () => undefined

  /** Throws a DataFolderError when the folder is in use or cannot be written. */
  constructor(options: RealNodeOptions) {
    const { name, program, parameters = {}, data, onEvent } = options
    const folder = data === undefined ? temporaryFolder() : new DataFolder(data)
    this.#files = folder.files
    this.#release = () => {
      folder.release()
    }
    this.addresses = new Addresses(options)
    const tape = options.onExchange === undefined ? null : new ExchangeTape()
    const { onExchange, onListen, onRefused } = options
    this.#watcher = { tape, onExchange, onListen, onRefused }
    this.#hasMessages = options.hasMessages ?? options.listen?.has(messagesPort) === true
    const log = new SelectiveLog(loggedKinds)
    this.#queue = new RealTimeQueue(log)
    const seed = options.seed ?? randomInt(2 ** 32)
    this.simulation = new Simulation({ seed, log, queue: () => this.#queue })
    if (onEvent !== undefined) log.subscribeAll(onEvent)
    this.ended = new Promise((resolve) => {
      this.#resolveEnd = resolve
    })
    log.subscribe('exit', ({ code, error, stack }) => {
      this.#end({
        code,
        ...(error === undefined ? {} : { error }),
        ...(stack === undefined ? {} : { stack }),
      })
    })
    log.subscribe('stop', () => {
      this.#end({ code: 0 })
    })
    const spec = {
      name,
      programs: new Map([['real', tape?.listeningTo(program) ?? program]]),
      parameters: plainCopy(parameters, `parameters of ${name}`),
      startsBefore: folder.incarnation - 1,
    }
    this.#machine = new Machine(spec, this)
  }

  /** Starts the program. Rejects with a NetError, and has ended, when the address for messages cannot be had. */
  async start(): Promise<void> {
    if (this.#hasMessages) await this.#listenForMessages()
    this.#now()
    this.#machine.start()
  }

  async #listenForMessages(): Promise<void> {
    const wanted = { kind: 'messages', port: messagesPort } as const
    try {
      this.#messages = await listenForMessages(() => this.#machine.process, this.addresses)
      this.#watcher.onListen?.({ ...wanted, address: boundAddress(this.#messages) })
    } catch (error) {
      if (error instanceof NetError)
        this.#watcher.onRefused?.({ ...wanted, address: this.addresses.listenOn(messagesPort), error })
      this.#end({ code: 1, error: String(error) })
      throw error
    }
  }

  /** Asks the program to stop, as SIGTERM does; after the grace period it is over in any case. */
  async stop(grace: Duration = seconds(10)): Promise<RealNodeEnd> {
    this.#now()
    if (!this.#machine.stop(grace) && !this.#machine.isUp) this.#end({ code: 0 })
    return this.ended
  }

  /** Ends the program as if the machine had died: connections are reset. */
  kill(): void {
    this.#now()
    this.#machine.crash('reset', 'kept')
    this.#end({ code: 137, error: 'killed' })
  }

  #now(): void {
    this.simulation.log.now = realNow()
    this.simulation.log.cause = 0
  }

  // After the step in which it ended: what follows from the end belongs to it.
  #end(end: RealNodeEnd): void {
    this.#messages?.close()
    setImmediate(() => {
      this.#queue.clear()
      this.#release()
      this.#resolveEnd(end)
    })
  }

  // ---- what the machine needs

  createEnv(process: Process): Env {
    return new RealEnv(process, this)
  }

  crashDisk(): void {}

  dropInput(): void {}

  watch(machine: Machine, running: Promise<void>): void {
    // A handler may be an arrow function that happens to return something else.
    Promise.resolve(running).catch((error: unknown) => {
      machine.uncaught(error)
    })
  }

  // ---- devices

  messages(process: Process): Messages {
    return new RealMessages(process, this.addresses)
  }

  net(process: Process): Net {
    return new RealNet(process, this.addresses, this.#watcher)
  }

  disk(process: Process): Disk {
    return new RealDisk(process, this.#files)
  }

  buggify(): boolean {
    return false
  }

  admits(): boolean {
    return true
  }

  nextOperation(): number {
    return ++this.#operations
  }
}

function temporaryFolder(): Pick<DataFolder, 'files' | 'incarnation' | 'release'> {
  const files = mkdtempSync(join(tmpdir(), 'faultline-node-'))
  return {
    files,
    incarnation: 1,
    release: () => {
      rmSync(files, { recursive: true, force: true })
    },
  }
}
