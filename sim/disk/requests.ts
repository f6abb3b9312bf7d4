// How an operation of one incarnation is asked for and answered: the `disk-request`, its turn at the device, the
// `disk-result`, the promise.

import { DiskError, type DiskErrorCode } from '../env.ts'
import type { DiskOperation, RawFields } from '../event.ts'
import type { DeviceHost, ProcessPort } from '../node/index.ts'
import type { OperationQueue } from './operation-queue.ts'
import type { DiskService } from './profile.ts'

/** What the result of an operation says, which is all that the program learns of it. */
export type DiskResult = RawFields<'disk-result'>

/** An operation that was asked for. */
export interface Order {
  readonly request: number
  readonly operation: DiskOperation
  readonly path: string
  readonly service: DiskService
  readonly bytes: number
}

/** The operations of one incarnation: those of a device, or those that a recording answers. */
export interface Requests {
  /** Throws when the incarnation is gone: first thing in every call of a program. */
  check(): void
  /** EIO when more is under way than a device can queue. */
  overload(): DiskErrorCode | null
  /** Logs the request of an operation that takes its turn at the device. */
  order(fields: RawFields<'disk-request'>, service: DiskService, bytes: number): Order
  /** Answers with what `value` reads from the result, which is the event that says so. */
  succeed<T>(order: Order, result: DiskResult, value: (result: DiskResult) => T): Promise<T>
  /** The same once `effect`, which happens when the device is done, says how it went: null, or what is wrong. */
  attempt<T>(
    order: Order,
    result: DiskResult,
    value: (result: DiskResult) => T,
    effect: () => DiskErrorCode | null,
  ): Promise<T>
  /** Answers with an error. */
  fail(order: Order, code: DiskErrorCode): Promise<never>
  /** Answers with an error what never reaches the device: no such file handle, no such path, no place in the queue. */
  refuse(operation: DiskOperation, path: string, code: DiskErrorCode): Promise<never>
}

/** The operations of one incarnation at a device. */
export class DeviceRequests implements Requests {
  readonly #host: DeviceHost
  readonly #queue: OperationQueue
  readonly #port: ProcessPort

  constructor(host: DeviceHost, queue: OperationQueue, port: ProcessPort) {
    this.#host = host
    this.#queue = queue
    this.#port = port
  }

  check(): void {
    this.#port.check()
  }

  overload(): DiskErrorCode | null {
    return this.#queue.isFull ? 'EIO' : null
  }

  order(fields: RawFields<'disk-request'>, service: DiskService, bytes: number): Order {
    const request = this.#host.emit('disk-request', fields)
    // A trigger may have crashed this node at the `disk-request`: then nothing of it reaches the disk.
    this.#port.check()
    return { request, operation: fields.operation, path: fields.path, service, bytes }
  }

  succeed<T>(order: Order, result: DiskResult, value: (result: DiskResult) => T): Promise<T> {
    return this.#queue.submit(this.#port, order, (cause) => {
      this.#host.emitInput('disk-result', cause, result)
      return value(result)
    })
  }

  attempt<T>(
    order: Order,
    result: DiskResult,
    value: (result: DiskResult) => T,
    effect: () => DiskErrorCode | null,
  ): Promise<T> {
    return this.#queue.submit<T>(this.#port, order, (cause) => {
      const problem = effect()
      if (problem !== null) return this.#error(order, cause, problem)
      this.#host.emitInput('disk-result', cause, result)
      return value(result)
    })
  }

  fail(order: Order, code: DiskErrorCode): Promise<never> {
    return this.#queue.submit<never>(this.#port, order, (cause) => this.#error(order, cause, code))
  }

  refuse(operation: DiskOperation, path: string, code: DiskErrorCode): Promise<never> {
    const order = this.order({ operation, path }, 'metadata', 0)
    return this.#queue.submitAtOnce<never>(this.#port, order, (cause) => this.#error(order, cause, code))
  }

  #error({ operation, path }: Order, cause: number, code: DiskErrorCode): DiskError {
    this.#host.emitInput('disk-result', cause, { operation, path, error: code })
    return new DiskError(code, path, operation)
  }
}
