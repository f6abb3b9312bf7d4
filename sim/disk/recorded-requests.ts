// Operations that a recording answers: each is asked for as at a device, and ends as it ended when it was recorded.

import { Buffer } from 'node:buffer'

import { DiskError, type DiskErrorCode } from '../env.ts'
import type { DiskOperation, EventOf, RawFields } from '../event.ts'
import type { DeviceHost, ProcessPort, RecordedPort } from '../node/index.ts'
import type { DiskService } from './profile.ts'
import type { DiskResult, Order, Requests } from './requests.ts'
import { ns } from '../time.ts'

/** The operations of one incarnation of a program that runs alone. */
export class RecordedRequests implements Requests {
  readonly #host: DeviceHost
  readonly #port: ProcessPort
  readonly #recorded: RecordedPort

  constructor(host: DeviceHost, port: ProcessPort, recorded: RecordedPort) {
    this.#host = host
    this.#port = port
    this.#recorded = recorded
  }

  check(): void {
    this.#port.check()
  }

  // A request that was refused for want of a place in the queue says no more than its operation and path.
  overload(): DiskErrorCode | null {
    const { due } = this.#recorded
    if (due?.kind !== 'disk-request') return null
    const { offset, length, bytes, target, flags } = due
    const isBare = [offset, length, bytes, target, flags].every((field) => field === undefined)
    return isBare && wordyOperations.has(due.operation) ? 'EIO' : null
  }

  order(fields: RawFields<'disk-request'>, service: DiskService, bytes: number): Order {
    const request = this.#host.emit('disk-request', fields)
    this.#port.check()
    return { request, operation: fields.operation, path: fields.path, service, bytes }
  }

  succeed<T>(order: Order, _result: DiskResult, value: (result: DiskResult) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#answer(order, reject, (result) => {
        resolve(value(result))
      })
    })
  }

  attempt<T>(order: Order, result: DiskResult, value: (result: DiskResult) => T): Promise<T> {
    return this.succeed(order, result, value)
  }

  fail(order: Order, code: DiskErrorCode): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.#answer(order, reject, () => {
        reject(new DiskError(code, order.path, order.operation))
      })
    })
  }

  refuse(operation: DiskOperation, path: string, code: DiskErrorCode): Promise<never> {
    return this.fail(this.order({ operation, path }, 'metadata', 0), code)
  }

  #answer(order: Order, reject: (error: DiskError) => void, answered: (result: DiskResult) => void): void {
    const { request, operation, path } = order
    this.#port.step(ns(0), request, (cause) => {
      const recorded = this.#recorded.input('disk-result')
      if (recorded === null) return
      const result = resultOf(recorded)
      this.#host.emitInput('disk-result', cause, result)
      if (!this.#port.isAlive) return
      if (result.error === undefined) answered(result)
      else reject(new DiskError(result.error as DiskErrorCode, path, operation))
    })
  }
}

/** The operations whose requests say more than an operation and a path. */
const wordyOperations: ReadonlySet<DiskOperation> = new Set([
  'open',
  'read',
  'write',
  'append',
  'truncate',
  'rename',
])

function resultOf({ operation, path, size, bytes, names, error }: EventOf<'disk-result'>): DiskResult {
  return {
    operation,
    path,
    ...(size === undefined ? {} : { size }),
    ...(bytes === undefined ? {} : { bytes: new Uint8Array(Buffer.from(bytes, 'base64')) }),
    ...(names === undefined ? {} : { names }),
    ...(error === undefined ? {} : { error }),
  }
}
