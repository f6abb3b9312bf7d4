// One back-end as the balancer knows it: where it is, what it is doing, how it is.

import { endingOf } from '../admin/balancer-metrics.ts'
import { Histogram } from '../admin/histogram.ts'
import type { Candidate } from '../balancing/index.ts'
import { keyHash } from '../balancing/index.ts'
import { HealthCheck } from '../health/index.ts'
import { Roster } from '../relay/roster.ts'
import type { BackendSpec, BalancerSettings } from '../settings/index.ts'
import type { Instant } from '../../../sim/index.ts'

/** What a back-end can be: only one that is `up` gets anything new. */
export type BackendState = 'up' | 'down' | 'ejected' | 'draining'

/** What was counted of one back-end since it was added. */
export interface BackendCounts {
  /** Requests, or connections, that were begun with it. */
  begun: number
  failed: number
  checks: number
  checksFailed: number
  /** Bytes from clients to it, and from it to clients; of HTTP only those of bodies. */
  sent: number
  received: number
}

/** A back-end. */
export class Backend implements Candidate {
  #spec: BackendSpec
  /** What a cookie calls it, so that nobody outside learns its name. */
  readonly mark: string
  readonly health: HealthCheck
  readonly counts: BackendCounts = { begun: 0, failed: 0, checks: 0, checksFailed: 0, sent: 0, received: 0 }
  /** Of HTTP: its responses by the class of their status, and how long each took to begin. */
  readonly responses = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 }
  readonly answerTimes: Histogram = new Histogram()
  /** What it weighs now: less than configured during a slow start. */
  weight: number
  open = 0
  /** Goes up with all that comes from it in answer to anybody. */
  signs = 0
  state: BackendState = 'up'
  /** When it came back; null while it was never away. */
  backSince: Instant | null = null
  /** What cuts each of the open requests off. */
  readonly cutters: Roster<() => void> = new Roster<() => void>()

  constructor(spec: BackendSpec, now: Instant, { rise, fall }: Pick<BalancerSettings, 'rise' | 'fall'>) {
    this.#spec = spec
    this.weight = spec.weight
    this.mark = keyHash(spec.name).toString(16).padStart(8, '0')
    this.health = new HealthCheck(now, { rise, fall })
  }

  get spec(): BackendSpec {
    return this.#spec
  }

  get name(): string {
    return this.#spec.name
  }

  /** So many bytes of an answer have come from it; none with a head. */
  hear(bytes: number): void {
    this.signs++
    this.counts.received += bytes
  }

  /** The head of a response has come from it, so many nanoseconds after the request was begun with it. */
  answer(status: number, took: number): void {
    this.hear(0)
    this.responses[status < 200 ? '1xx' : endingOf(status)]++
    this.answerTimes.add(took)
  }

  /** Cuts all open requests off. */
  cutAll(): void {
    for (const cutter of this.cutters.entries()) cutter.value()
  }

  /** Whether it is among those that requests are shared between while any of them is up. */
  get isRegular(): boolean {
    return this.#spec.weight > 0 && !this.#spec.isBackup
  }

  /** The same back-end with another weight, or as a backup. */
  reweigh(spec: BackendSpec): void {
    this.#spec = spec
    this.weight = spec.weight
  }
}
