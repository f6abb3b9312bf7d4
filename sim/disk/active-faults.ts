// The faults that a disk has right now, and whether an operation is hit. A fault that is off draws nothing; one that is
// on draws once for each operation that it could hit, whatever the others did.

import type { RandomStream } from '../random.ts'
import type { DiskFault, DiskFaultKind } from './fault.ts'

/** The kinds that are drawn for each operation that they could hit. */
export type PerOperationFault = Exclude<DiskFaultKind, 'disk-slow' | 'disk-stall' | 'bit-rot'>

/** On whose behalf a fault is begun. */
export interface DiskFaultOrigin {
  /** The seq of the event that is the cause of what the fault does at its begin. */
  readonly cause: number
  /** Called each time that the fault changes what happens. */
  readonly affected: () => void
}

interface ActiveFault {
  readonly kind: PerOperationFault
  readonly affected: () => void
  readonly paths: string
  readonly ratio: number
  left: number
}

interface Slowdown {
  readonly factor: number
  readonly affected: () => void
}

const slowdownMax = 1_000_000

/** The faults of one disk. */
export class ActiveFaults {
  readonly #stream: (purpose: string) => RandomStream
  readonly #active: ActiveFault[] = []
  readonly #slowdowns: Slowdown[] = []
  /** How many times as long operations take now. */
  slowdown = 1

  /** `stream` gives the disk's stream of a purpose. */
  constructor(stream: (purpose: string) => RandomStream) {
    this.#stream = stream
  }

  /** Turns a fault on that hits operations; the result turns it off, and is harmless a second time. */
  begin(fault: Extract<DiskFault, { readonly kind: PerOperationFault }>, affected: () => void): () => void {
    const { kind, paths = '', ratio = 1 } = fault
    const left = fault.kind === 'misdirected-write' ? (fault.count ?? Infinity) : Infinity
    const active = { kind, affected, paths, ratio, left }
    this.#active.push(active)
    return () => remove(this.#active, active)
  }

  /** Slows the disk down; the result ends that, and is harmless a second time. Several multiply, to 1,000,000 at most. */
  beginSlow(factor: number, affected: () => void): () => void {
    const slowdown = { factor, affected }
    this.#slowdowns.push(slowdown)
    this.#multiply()
    return () => {
      remove(this.#slowdowns, slowdown)
      this.#multiply()
    }
  }

  /** Whether an operation on a path is hit by a fault of that kind, which then has had an effect. */
  hits(kind: PerOperationFault, path: string): boolean {
    return this.#active.length > 0 && this.#draw(kind, path)
  }

  /** An operation takes longer because the disk is slow. */
  slowed(): void {
    for (const { affected } of this.#slowdowns) affected()
  }

  #draw(kind: PerOperationFault, path: string): boolean {
    let isHit = false
    for (const fault of this.#active) {
      if (fault.kind !== kind || !path.startsWith(fault.paths)) continue
      const isDrawn = this.#stream(streamName(kind)).boolean(fault.ratio)
      if (!isDrawn || fault.left === 0) continue
      fault.left -= 1
      fault.affected()
      isHit = true
    }
    return isHit
  }

  #multiply(): void {
    const product = this.#slowdowns.reduce((all, { factor }) => all * factor, 1)
    this.slowdown = Math.min(product, slowdownMax)
  }
}

function streamName(kind: DiskFaultKind): string {
  return kind.replace('disk-', '')
}

function remove<T>(items: T[], item: T): void {
  const index = items.indexOf(item)
  if (index >= 0) items.splice(index, 1)
}
