// Linearizability of a run's operations: collects them while the run goes on, searches for an order at its end.

import type { Event, EventOf, Finding, Invariant, InvariantFold } from '../sim/index.ts'
import {
  type CheckOptions,
  type HistoryLimits,
  type Model,
  type Operation,
  type Window,
  History,
  HistoryError,
  checkLinearizable,
  showVerdict,
  showWindow,
} from './linearizability/index.ts'

/** How to judge the operations of a run. */
export interface LinearizableOptions
  extends Pick<CheckOptions, 'fail' | 'stepsMax' | 'entriesMax'>, Omit<HistoryLimits, 'check'> {
  /** The invariant's name; by default that of the model. */
  readonly name?: string
  /** Which operations are meant, where clients also call something that the model does not know. */
  readonly only?: (event: EventOf<'operation'>) => boolean
}

/** Some ten times what the hardest run of the shipped scenarios takes: about a second. */
const STEPS_MAX = 10_000_000
const OPERATIONS_SHOWN_MAX = 12
const WITNESSES_MAX = 24

/**
 * The operations of a run must be linearizable as calls of one object (or one a key, as the model says). Operations that
 * nobody saw end may have taken effect or not. Judged at the end of the run; `stepsMax` bounds the search, and reaching a
 * bound, or operations that are no history, make the invariant undecided, never satisfied. Wall time plays no part.
 */
export function linearizable(model: Model, options: LinearizableOptions = {}): Invariant {
  return {
    name: options.name ?? `linearizable ${model.name}`,
    kinds: ['operation'],
    begin: () => new Linearizable(model, options),
  }
}

class Linearizable implements InvariantFold {
  readonly #model: Model
  readonly #options: LinearizableOptions
  readonly #history: History

  constructor(model: Model, options: LinearizableOptions) {
    this.#model = model
    this.#options = options
    this.#history = new History(options)
  }

  on(event: Event): Finding | null {
    if (event.kind !== 'operation' || this.#options.only?.(event) === false) return null
    const { seq: place, process, phase, f, key, value, id } = event
    return this.#guarded(() => {
      this.#history.add({ place, process, phase, f, key, value, id })
      return null
    })
  }

  end(): Finding | null {
    return this.#guarded(() => this.#judge())
  }

  looked(): number {
    return this.#history.size
  }

  #judge(): Finding | null {
    const model = this.#model
    const verdict = checkLinearizable(this.#history.finish(), {
      stepsMax: STEPS_MAX,
      ...this.#options,
      model,
    })
    switch (verdict.kind) {
      case 'linearizable':
        return null
      case 'unknown':
        return { kind: 'undecided', message: `${model.name}: ${showVerdict(verdict)}` }
      case 'not-linearizable':
        return violation(model, verdict.explain())
    }
  }

  #guarded(body: () => Finding | null): Finding | null {
    try {
      return body()
    } catch (error) {
      if (error instanceof HistoryError) return { kind: 'undecided', message: error.message }
      throw error
    }
  }
}

/** The first line is the same for every such violation; what differs from run to run follows. */
function violation(model: Model, window: Window): Finding {
  const operations = window.operations.slice(-OPERATIONS_SHOWN_MAX)
  const omitted = window.operations.length - operations.length
  const lines = [`operations are not linearizable as ${model.name}`, showWindow({ ...window, operations })]
  if (omitted > 0) lines.push(`  (and ${omitted} operations before)`)
  return { kind: 'violated', message: lines.join('\n'), witnesses: witnessesOf(window.operations) }
}

/** The seqs of the events of these operations, those of the last one to return first. */
function witnessesOf(operations: readonly Operation[]): readonly number[] {
  return operations
    .toSorted((a, b) => b.return - a.return || b.call - a.call)
    .flatMap((operation) =>
      operation.return === Infinity ? [operation.call] : [operation.return, operation.call],
    )
    .slice(0, WITNESSES_MAX)
}
