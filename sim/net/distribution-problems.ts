// What is wrong with a distribution, which may be anything: its kind, and each field of its kind.

import type { Distribution } from './distribution.ts'
import { asFields, type Problems } from './problems.ts'

type Fields = Readonly<Record<string, unknown>>

/** Notes what is wrong with one field; `all` are the fields beside it. */
type Check = (problems: Problems, place: string, got: unknown, all: Fields) => void

/** How each field of each kind is checked: the compiler asks for every one. */
type Checks = {
  readonly [K in Distribution['kind']]: {
    readonly [F in Exclude<keyof Extract<Distribution, { readonly kind: K }>, 'kind'>]: Check
  }
}

const span: Check = (problems, place, got) => {
  problems.span(place, got)
}
const spanFromMin: Check = (problems, place, got, { min }) => {
  problems.span(place, got, typeof min === 'number' && min > 0 ? min : 0)
}
const ratio: Check = (problems, place, got) => {
  problems.ratio(place, got)
}
const sigma: Check = (problems, place, got) => {
  problems.demand(place, got, 0, 4, false)
}
const ascending: Check = (problems, place, got) => {
  if (!Array.isArray(got)) problems.add(place, got, 'a list of durations in ascending order')
  else if (got.length === 0) problems.list.push(`${place}: got no values, wanted at least one`)
  else
    got.forEach((value: unknown, index) => {
      const before: unknown = got[index - 1]
      problems.span(`${place}[${index}]`, value, typeof before === 'number' && before > 0 ? before : 0)
    })
}

const checks: Checks = {
  constant: { value: span },
  uniform: { min: span, max: spanFromMin },
  normal: { mean: span, deviation: span },
  'log-normal': { median: span, sigma },
  exponential: { mean: span },
  bimodal: { tailRatio: ratio, body: checkDistribution, tail: checkDistribution },
  empirical: { sorted: ascending },
}

const kinds: ReadonlyMap<unknown, Readonly<Record<string, Check>>> = new Map(Object.entries(checks))

/** Notes what is wrong with a distribution. Whatever passes can be sampled. */
export function checkDistribution(problems: Problems, place: string, given: unknown): void {
  const fields = asFields(given)
  if (fields === null) return problems.add(place, given, `a distribution: an object with ${wantedKinds()}`)
  const { kind, ...own } = fields
  const known = kinds.get(kind)
  if (known === undefined) return problems.add(`${place}.kind`, kind, wantedKinds())
  for (const [field, check] of Object.entries(known)) check(problems, `${place}.${field}`, own[field], own)
  const unknown = Object.keys(own).filter((field) => !Object.hasOwn(known, field))
  if (unknown.length > 0)
    problems.list.push(`${place}: got ${unknown.join(', ')}, wanted only ${Object.keys(known).join(', ')}`)
}

function wantedKinds(): string {
  return `kind ${[...kinds.keys()].join(', ')}`
}
