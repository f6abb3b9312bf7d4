// Reads plain data field by field and gathers all that is wrong with it, so that it is told at once.

import type { Data, DataRecord } from '../../../sim/index.ts'

/** Settings that are none: every problem with its place, what was got and what was wanted. */
export class BalancerSettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'BalancerSettingsError'
    this.problems = problems
  }
}

const problemsMax = 20

/** Reads one record. What is missing has its default; what is there and unknown is a problem. */
export class SettingsReader {
  readonly #place: string
  readonly #given: DataRecord
  readonly #problems: string[]
  readonly #known = new Set<string>()

  constructor(given: DataRecord, place = '', problems: string[] = []) {
    this.#given = given
    this.#place = place
    this.#problems = problems
  }

  /** What was asked for so far. */
  get names(): readonly string[] {
    return [...this.#known]
  }

  /** A whole number within bounds. */
  whole(name: string, usual: number, [min, max]: readonly [number, number]): number {
    return this.#read(name, usual, `a whole number ${min} to ${max}`, (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max ? value : null,
    )
  }

  /** A number within bounds. */
  number(name: string, usual: number, [min, max]: readonly [number, number]): number {
    return this.#read(name, usual, `a number ${min} to ${max}`, (value) =>
      typeof value === 'number' && value >= min && value <= max ? value : null,
    )
  }

  boolean(name: string, usual: boolean): boolean {
    return this.#read(name, usual, 'true or false', (value) => (typeof value === 'boolean' ? value : null))
  }

  oneOf<const T extends string>(name: string, usual: T, wanted: readonly T[]): T {
    return this.#read(
      name,
      usual,
      `one of ${wanted.join(', ')}`,
      (value) => wanted.find((each) => each === value) ?? null,
    )
  }

  /** A text of a form; `about` says which. */
  text(
    name: string,
    usual: string,
    { form, about }: { readonly form: RegExp; readonly about: string },
  ): string {
    return this.#read(name, usual, about, (value) =>
      typeof value === 'string' && form.test(value) ? value : null,
    )
  }

  texts(name: string, usual: readonly string[], lengthMax: number): readonly string[] {
    return this.#read(name, usual, `a list of at most ${lengthMax} texts`, (value) =>
      Array.isArray(value) && value.length <= lengthMax && value.every((each) => typeof each === 'string')
        ? value
        : null,
    )
  }

  wholes(name: string, usual: readonly number[], [min, max]: readonly [number, number]): readonly number[] {
    return this.#read(name, usual, `a list of whole numbers ${min} to ${max}`, (value) =>
      Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= min && each <= max)
        ? (value as readonly number[])
        : null,
    )
  }

  /** Any value, for a reader of its own. */
  any(name: string): Data | undefined {
    this.#known.add(name)
    return this.#given[name]
  }

  /** Notes a problem. */
  problem(name: string, got: string, wanted: string): void {
    if (this.#problems.length < problemsMax)
      this.#problems.push(`${this.#at(name)}: got ${got}, wanted ${wanted}`)
  }

  /** All fields were read: others are problems. */
  refuseOthers(): void {
    for (const name of Object.keys(this.#given))
      if (!this.#known.has(name)) this.problem(name, 'a value', `one of ${[...this.#known].join(', ')}`)
  }

  #read<T>(name: string, usual: T, wanted: string, read: (value: Data) => T | null): T {
    this.#known.add(name)
    const value = this.#given[name]
    if (value === undefined) return usual
    const found = read(value)
    if (found === null) this.problem(name, JSON.stringify(value).slice(0, 100), wanted)
    return found ?? usual
  }

  #at(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`
  }
}
