// Several arbitraries as one, shrunk in turn: each as far as it goes before the next one begins. fast-check's own `record`
// goes back to the first part after every step of another, and so tries again what it knows to pass.

import { Arbitrary, type Random, type Stream, stream, Value } from 'fast-check'

/** The arbitraries of an object's fields. */
export type Parts<T extends object> = { readonly [K in keyof T]: Arbitrary<T[K]> }

interface Turns {
  /** Whose turn it is, by place. */
  readonly turn: number
  readonly contexts: readonly unknown[]
}

/** Objects made of the given parts. */
export class InTurn<T extends object> extends Arbitrary<T> {
  readonly #parts: readonly (readonly [field: keyof T, arbitrary: Arbitrary<unknown>])[]

  constructor(parts: Parts<T>) {
    super()
    this.#parts = Object.entries<Arbitrary<unknown>>(parts).map(
      ([field, arbitrary]) => [field as keyof T, arbitrary] as const,
    )
  }

  override generate(random: Random, bias: number | undefined): Value<T> {
    const drawn = this.#parts.map(([field, arbitrary]) => ({
      field,
      value: arbitrary.generate(random, bias),
    }))
    const whole = Object.fromEntries(drawn.map(({ field, value }) => [field, value.value])) as T
    return new Value(whole, { turn: 0, contexts: drawn.map(({ value }) => value.context) } satisfies Turns)
  }

  override canShrinkWithoutContext(value: unknown): value is T {
    if (typeof value !== 'object' || value === null) return false
    // A part of which nobody knows where it came from, such as a constant, stays as it is.
    return this.#parts.some(([field, arbitrary]) => arbitrary.canShrinkWithoutContext((value as T)[field]))
  }

  override shrink(value: T, context: unknown): Stream<Value<T>> {
    const fresh: Turns = { turn: 0, contexts: this.#parts.map(() => undefined) }
    return stream(this.#smaller(value, context === undefined ? fresh : (context as Turns)))
  }

  // Once around from the part that changed last: then each has had its turn since.
  *#smaller(value: T, { turn, contexts }: Turns): Generator<Value<T>, undefined> {
    for (let offset = 0; offset < this.#parts.length; offset++) {
      const place = (turn + offset) % this.#parts.length
      const hadItsTurn = turn + offset >= this.#parts.length
      yield* this.#ofPart(value, place, hadItsTurn ? contexts.with(place, undefined) : contexts)
    }
    return undefined
  }

  *#ofPart(value: T, place: number, contexts: readonly unknown[]): Generator<Value<T>, undefined> {
    const part = this.#parts[place]
    if (part === undefined) return undefined
    const [field, arbitrary] = part
    const context = contexts[place]
    if (context === undefined && !arbitrary.canShrinkWithoutContext(value[field])) return undefined
    for (const smaller of arbitrary.shrink(value[field], context)) {
      const next: Turns = { turn: place, contexts: contexts.with(place, smaller.context) }
      yield new Value({ ...value, [field]: smaller.value }, next)
    }
    return undefined
  }
}
