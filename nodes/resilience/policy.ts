// Resilience parts around an asynchronous call, one around the other. A layer takes a call and makes one that is guarded;
// a policy is layers in order, the outermost first:
//
//     const guarded = policy(deadlineLayer(env, …), retryLayer(env, …), breakerLayer(env, …))(call)
//     await guarded(callStart)
//
// The usual order: deadline of the whole, retry, breaker, rate, bulkhead or adaptive limit, deadline of an attempt. Whatever
// a layer holds for a call it gives back when what is inside of it settles: a deadline inside makes sure that it does.

import { setMaxListeners } from 'node:events'

import type { Deadline } from './deadline.ts'
import type { DataRecord, Env } from '../../sim/index.ts'

/** What a call is told: each layer may narrow it for those inside. */
export interface CallContext {
  /** When nobody waits for the result any more; null: never. To be sent along to whoever is called. */
  readonly deadline: Deadline | null
  /** Aborted when nobody does: by the deadline, or by the caller. */
  readonly signal: AbortSignal
  /** From 1: which attempt this is. */
  readonly attempt: number
  /** What it matters: 0, the default, is the most important. Heeded where calls are shed by priority. */
  readonly priority?: number
}

/** An asynchronous call. */
export type Call<T> = (context: CallContext) => Promise<T>

/** Guards any call. Its state is shared by all calls that it guards. */
export type Layer = <T>(call: Call<T>) => Call<T>

/** What layers need of an env. */
export type PolicyEnv = Pick<Env, 'clock' | 'timers' | 'sleep' | 'probe' | 'randomFor'>

/** The part that refused a call. */
export type RefusedBy =
  'deadline' | 'breaker' | 'bulkhead' | 'bulkhead-wait' | 'shed' | 'rate' | 'concurrency'

/** A call that was not made, or (by its deadline) not waited for any longer. */
export class RefusedError extends Error {
  readonly by: RefusedBy

  constructor(name: string, by: RefusedBy) {
    super(`${name}: refused by its ${by}`)
    this.name = 'RefusedError'
    this.by = by
  }
}

/** Layers as one, the outermost first. */
export function policy(...layers: readonly Layer[]): Layer {
  return (call) => layers.reduceRight((guarded, layer) => layer(guarded), call)
}

/** A signal that nobody aborts: layers do not even listen to it, which costs more than all else that they do. */
export const neverAborted: AbortSignal = new AbortController().signal
// Calls that listen all the same may be many at a time, which Node would take for a leak.
setMaxListeners(0, neverAborted)

/** The signal, if anybody may abort it. */
export function heeded(signal: AbortSignal | undefined): AbortSignal | undefined {
  return signal === neverAborted ? undefined : signal
}

/** The context of a first attempt without a deadline, that nobody aborts. */
export const callStart: CallContext = { deadline: null, signal: neverAborted, attempt: 1 }

/**
 * What layers publish, as probes `resilience.PART`; `name` is the name that the layer was given:
 *
 * | probe                    | value                                       | when                                      |
 * | ------------------------ | ------------------------------------------- | ----------------------------------------- |
 * | `resilience.breaker`     | `{ name, state }`                           | a breaker changed                         |
 * | `resilience.retry`       | `{ name, attempt, wait }` (ns)              | a call will be made again                 |
 * | `resilience.give-up`     | `{ name, reason }`                          | a failed call will not                    |
 * | `resilience.concurrency` | `{ name, limit }`                           | an adaptive limit moved by a whole number |
 * | `resilience.refused`     | `{ name, by }`                              | a call was refused                        |
 */
export function publish(env: Pick<Env, 'probe'>, part: ResilienceProbe, value: DataRecord): void {
  env.probe(`resilience.${part}`, value)
}

/** The probes of resilience parts, after `resilience.`. */
export type ResilienceProbe = 'breaker' | 'retry' | 'give-up' | 'concurrency' | 'refused'

/** Publishes a refusal, and makes the error for it. */
export function refusal(env: Pick<Env, 'probe'>, name: string, by: RefusedBy): RefusedError {
  publish(env, 'refused', { name, by })
  return new RefusedError(name, by)
}
