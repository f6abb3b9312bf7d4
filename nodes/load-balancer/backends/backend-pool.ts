// The back-ends of a balancer: which of them may be chosen, who is chosen, what becomes of those that were taken off the list.

import { Backend, type BackendState } from './backend.ts'
import { balancingOf } from './balancing-of.ts'
import type { Balancing } from '../balancing/index.ts'
import { OutlierEjection, startingWeight } from '../health/index.ts'
import type { BackendSpec, BalancerSettings } from '../settings/index.ts'
import { type Env, type Instant, minutes } from '../../../sim/index.ts'

/** What a choice depends on. */
export interface Wish {
  /** Requests of one key go to the same back-end, where the settings say so. */
  readonly key?: string
  /** The mark of the back-end that a client was with before. */
  readonly mark?: string | null
  /** Those that were tried already. */
  readonly without?: readonly Backend[]
}

/**
 * What the end of a request tells of its back-end: it answered, it failed, nothing at all; or its client left while it had the whole
 * request and had said nothing.
 *
 * That alone tells nothing either: clients leave for reasons of their own, and HAProxy, nginx and Envoy count none of them. But one that
 * answers nothing would never be found out where all clients leave before the balancer's time-out. So it counts as a failure where the
 * request was there for `silentAfter` and the back-end has not said a word to anybody meanwhile. Whoever is impatient with a back-end
 * that answers others does not hurt it.
 */
export type Verdict = 'answered' | 'failed' | 'none' | 'abandoned'

/** A request or connection that a back-end has. `end` once it is over. */
export interface Use {
  readonly end: (verdict: Verdict) => void
}

/**
 * The back-ends. Publishes each change as the probe `lb.backend` with `{ name, state, why }` (states `up`, `down`, `ejected`,
 * `draining`, `gone`), and the names of each new list as `lb.backends`.
 */
export class BackendPool {
  readonly #env: Env
  readonly #settings: BalancerSettings
  readonly #balancing: Balancing
  readonly #outliers: OutlierEjection
  #listed: readonly Backend[] = []
  readonly #draining = new Set<Backend>()

  constructor(env: Env, settings: BalancerSettings) {
    this.#env = env
    this.#settings = settings
    this.#balancing = balancingOf(settings, env)
    this.#outliers = new OutlierEjection({
      failuresMax: settings.outlierFailures,
      ejectedFor: { base: settings.ejectedFor, max: minutes(5) },
      ejectedShareMax: settings.outliers ? settings.ejectedShareMax : 0,
    })
  }

  /** Those on the list. */
  get listed(): readonly Backend[] {
    return this.#listed
  }

  /** Those on the list and those that were taken off and still have something to do. */
  get all(): readonly Backend[] {
    return [...this.#listed, ...this.#draining]
  }

  /** Puts another list in force. Who stays, by name and address, keeps all that is known of it. */
  replace(specs: readonly BackendSpec[]): void {
    const known = new Map(
      [...this.#draining, ...this.#listed].map((backend) => [placeOf(backend.spec), backend]),
    )
    const before = this.#listed
    this.#listed = specs.map((spec) => this.#kept(known.get(placeOf(spec)), spec))
    for (const backend of before) if (!this.#listed.includes(backend)) this.#drain(backend)
    this.#balancing.follow?.(this.#listed.map(({ spec }) => spec))
    this.#outliers.follow(this.#listed.map(({ name }) => name))
    this.#env.probe(
      'lb.backends',
      this.#listed.map(({ name }) => name),
    )
  }

  /**
   * Chooses one; null where none may be chosen. Whoever sticks to one that is up gets it, also where it is a backup or weighs nothing (as
   * in HAProxy). Backups come after all others. One that failed others (`ejected`) is chosen where nobody else is left: it may be well
   * again, and then it is better than none.
   */
  pick({ key, mark = null, without }: Wish = {}): Backend | null {
    const now = this.#env.clock.monotonic()
    const stuck = key === undefined ? null : (this.#balancing.stuckTo?.(key) ?? null)
    const request = key === undefined ? {} : { key }
    const candidates: Backend[] = []
    for (const backend of this.#listed) {
      this.#look(backend, now)
      if (backend.state !== 'up' || without?.includes(backend) === true) continue
      if (backend.mark === mark) return backend
      if (backend.isRegular) candidates.push(backend)
      else if (backend.name === stuck) return this.#balancing.pick([backend], request)
    }
    return this.#balancing.pick(candidates.length > 0 ? candidates : this.#lastResorts(without), request)
  }

  /** A back-end begins with a request; `cut` ends it from outside when the back-end has been draining for too long. */
  begin(backend: Backend, cut: () => void): Use {
    backend.open++
    backend.counts.begun++
    const cutter = backend.cutters.add(cut)
    const since = this.#env.clock.monotonic()
    const { signs } = backend
    let isOver = false
    const end = (verdict: Verdict): void => {
      if (isOver) return
      isOver = true
      backend.open--
      backend.cutters.remove(cutter)
      if (verdict !== 'abandoned') this.#judge(backend, verdict)
      else if (backend.signs === signs && this.#isLong(since)) this.#judge(backend, 'failed')
      if (backend.open === 0 && this.#draining.delete(backend)) this.#tell(backend, 'gone', 'nothing is open')
    }
    return { end }
  }

  /** An active check of a back-end has ended. */
  checked(backend: Backend, isGood: boolean): void {
    const now = this.#env.clock.monotonic()
    backend.counts.checks++
    if (!isGood) backend.counts.checksFailed++
    if (backend.health.checked(now, isGood)) this.#look(backend, now)
  }

  /** The states as of now. */
  refresh(): void {
    const now = this.#env.clock.monotonic()
    for (const backend of this.#listed) this.#look(backend, now)
  }

  /** Who is asked where none of the regular ones that are up is left. */
  #lastResorts(without: Wish['without']): readonly Backend[] {
    const left = this.#listed.filter(({ spec }) => spec.weight > 0).filter((each) => !without?.includes(each))
    const backups = left.filter(({ state, spec }) => state === 'up' && spec.isBackup)
    if (backups.length > 0) return backups
    const ejected = left.filter(({ state }) => state === 'ejected')
    const regular = ejected.filter(({ isRegular }) => isRegular)
    return regular.length > 0 ? regular : ejected
  }

  #kept(known: Backend | undefined, spec: BackendSpec): Backend {
    if (known === undefined) return new Backend(spec, this.#env.clock.monotonic(), this.#settings)
    known.reweigh(spec)
    if (this.#draining.delete(known)) known.state = 'down'
    return known
  }

  #isLong(since: Instant): boolean {
    const { silentAfter } = this.#settings
    return silentAfter > 0 && this.#env.clock.monotonic() - since >= silentAfter
  }

  #judge(backend: Backend, verdict: Exclude<Verdict, 'abandoned'>): void {
    if (verdict === 'none') return
    const isFailure = verdict === 'failed'
    if (isFailure) backend.counts.failed++
    if (!this.#settings.outliers || backend.state === 'draining') return
    const now = this.#env.clock.monotonic()
    if (this.#outliers.record(now, backend.name, isFailure)) this.#look(backend, now)
  }

  /** What a back-end is now, and what it weighs. */
  #look(backend: Backend, now: Instant): void {
    const state = !backend.health.isUp
      ? 'down'
      : this.#outliers.isEjected(now, backend.name)
        ? 'ejected'
        : 'up'
    if (state !== backend.state) {
      if (state === 'up') backend.backSince = now
      backend.state = state
      this.#tell(backend, state, state === 'down' ? 'checks' : state === 'ejected' ? 'failures' : 'recovered')
    }
    backend.weight = this.#weightOf(backend, now)
  }

  #weightOf({ spec, backSince }: Backend, now: Instant): number {
    const { slowStart, balance } = this.#settings
    // A ring that follows a slow start would move keys all the time.
    if (backSince === null || slowStart === 0 || balance === 'consistent-hashing') return spec.weight
    return startingWeight(spec.weight, { upSince: backSince, now }, { window: slowStart })
  }

  #drain(backend: Backend): void {
    backend.state = 'draining'
    if (backend.open === 0) {
      this.#tell(backend, 'gone', 'taken off the list')
      return
    }
    this.#draining.add(backend)
    this.#tell(backend, 'draining', 'taken off the list')
    this.#env.timers.after(this.#settings.drainTimeout, () => {
      // It may be on the list again.
      if (this.#draining.has(backend)) backend.cutAll()
    })
  }

  #tell({ name, open }: Backend, state: BackendState | 'gone', why: string): void {
    this.#env.probe('lb.backend', { name, state, why })
    this.#env.log.info(`back-end ${name} is ${state}`, { why, open })
  }
}

function placeOf({ name, host, port }: BackendSpec): string {
  return `${name} ${host} ${port}`
}
