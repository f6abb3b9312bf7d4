// Faults as a scenario writes them: fields that have a default may be left out, and the begin may be given as a duration
// since the start of the run.

import type { FaultBody, FaultKind, Links, Trigger } from './fault.ts'
import type { Duration, Instant } from '../time.ts'

/** The fields of each kind that have a default. */
interface Defaulted {
  readonly crash: 'connections' | 'disk'
  readonly stop: 'grace'
  readonly upgrade: 'grace'
  readonly partition: 'cuts'
  readonly clog: 'factor' | 'added'
  readonly bandwidth: 'queue'
}

type DefaultedOf<K extends FaultKind> = K extends keyof Defaulted ? Defaulted[K] : never

type Written<F> = F extends FaultBody ? WrittenLinks<F, DefaultedOf<F['kind']>> : never

type WrittenLinks<F, D> = Omit<F, D & keyof F> & Partial<Pick<F, D & keyof F>>

type WithPartialLinks<F> = F extends { readonly links: Links }
  ? Omit<F, 'links'> & { readonly links?: Partial<Links> }
  : F

/**
 * A fault as a scenario writes it: `{ kind: 'crash', node: '$one(store)', at: seconds(2), for: seconds(3) }`. Links left
 * out are all links; ends of links left out are any node, in both directions.
 */
export type WrittenFault = WithPartialLinks<Written<FaultBody>> &
  (
    | { readonly at: Instant | Duration; readonly when?: undefined }
    | { readonly at?: undefined; readonly when: Trigger }
  )
