// How an operation of one incarnation is asked for and answered: the `disk-request`, its turn at the device, the
// `disk-result`, the promise.

import { DiskError, type DiskErrorCode } from '../env.ts'
import type { DiskOperation, RawFields } from '../event.ts'
import type { DeviceHost, ProcessPort } from '../node/index.ts'
import type { OperationQueue } from './operation-queue.ts'
import type { DiskService } from './profile.ts'

/** An operation that was asked for. */
export interface Order {
  readonly request: number
  readonly operation: DiskOperation
  readonly path: string
  readonly service: DiskService
  readonly bytes: number
}

/** The operations of one incarnation. */
export class Requests {
  readonly #host: DeviceHost
  readonly #queue: OperationQueue
  readonly #port: ProcessPort

  constructor(host: DeviceHost, queue: OperationQueue, port: ProcessPort) {
    this.#host = host
    this.#queue = queue
    this.#port = port
  }

  /** Throws when the incarnation is gone: first thing in every call of a program. */
  check(): void {
    this.#port.check()
  }

  /** EIO when more is under way than a device can queue. */
  overload(): DiskErrorCode | null {
    return this.#queue.isFull ? 'EIO' : null
  }

  /** Logs the request of an operation that takes its turn at the device. */
  order(fields: RawFields<'disk-request'>, service: DiskService, bytes: number): Order {
    const request = this.#host.emit('disk-request', fields)
    // A trigger may have crashed this node at the `disk-request`: then nothing of it reaches the disk.
    this.#port.check()
    return { request, operation: fields.operation, path: fields.path, service, bytes }
  }

  /** Answers with a value; `result` is the event that says so. */
  succeed<T>(order: Order, result: RawFields<'disk-result'>, value: T): Promise<T> {
    return this.#queue.submit(this.#port, order, (cause) => {
      this.#host.emitInput('disk-result', cause, result)
      return value
    })
  }

  /** Answers once `effect`, which happens when the device is done, says how it went: null, or what is wrong. */
  attempt(order: Order, effect: () => DiskErrorCode | null): Promise<void> {
    return this.#queue.submit(this.#port, order, (cause) => {
      const problem = effect()
      if (problem !== null) return this.#error(order, cause, problem)
      this.#host.emitInput('disk-result', cause, { operation: order.operation, path: order.path })
      return undefined
    })
  }

  /** Answers with an error. */
  fail(order: Order, code: DiskErrorCode): Promise<never> {
    return this.#queue.submit<never>(this.#port, order, (cause) => this.#error(order, cause, code))
  }

  /** Answers with an error what never reaches the device: no such file handle, no such path, no place in the queue. */
  refuse(operation: DiskOperation, path: string, code: DiskErrorCode): Promise<never> {
    const order = this.order({ operation, path }, 'metadata', 0)
    return this.#queue.submitAtOnce<never>(this.#port, order, (cause) => this.#error(order, cause, code))
  }

  #error({ operation, path }: Order, cause: number, code: DiskErrorCode): DiskError {
    this.#host.emitInput('disk-result', cause, { operation, path, error: code })
    return new DiskError(code, path, operation)
  }
}
