// A listening socket whose peers are recorded.

import type { Connection, Server } from '../../env.ts'
import type { Process } from '../../node/index.ts'
import { HandOver } from '../hand-over.ts'
import type { Ports } from '../ports.ts'
import type { RecordedConnection } from './recorded-connection.ts'

/** A server of a program that runs alone. */
export class RecordedServer implements Server {
  readonly port: number
  readonly #process: Process
  readonly #ports: Ports<RecordedServer>
  readonly #waiting = new HandOver<RecordedConnection>()

  /** Takes its port; throws EADDRINUSE when somebody has it. */
  constructor(process: Process, ports: Ports<RecordedServer>, port: number) {
    this.port = port
    this.#process = process
    this.#ports = ports
    ports.claim(port, this)
    process.machine.emit('listen', { protocol: 'stream', port })
  }

  accept(): Promise<Connection | null> {
    this.#process.check()
    return this.#waiting.take()
  }

  close(): void {
    this.#process.check()
    this.#ports.release(this.port, this)
    this.#waiting.clear()
    this.#waiting.close()
  }

  [Symbol.asyncIterator](): AsyncIterator<Connection> {
    return this.#waiting[Symbol.asyncIterator]()
  }

  /** A stream has come through to the program. */
  arrived(connection: RecordedConnection): void {
    this.#waiting.put(connection)
  }
}
