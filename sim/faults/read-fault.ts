// Reads one fault from data that may be anything: checks it, fills in defaults, puts its fields in their order.

import type { Fault, FaultBody, FaultKind, Trigger } from './fault.ts'
import { asRecord, durationFrom } from './field.ts'
import { isEventPlaceholder } from './placeholder.ts'
import type { PlanProblems } from './plan-error.ts'
import { expandFields, readFields, type FieldValues } from './record.ts'
import { entryOfKind, faultKinds, isFaultKind } from './registry.ts'
import { trigger } from './trigger-field.ts'
import { ns, type Duration, type Instant } from '../time.ts'

const lasting = durationFrom(ns(1))
const sinceStart = durationFrom(ns(0))

/** The fault, or undefined after its problems were noted. */
export function readFault(raw: unknown, path: string, problems: PlanProblems): Fault | undefined {
  const record = asRecord(raw)
  if (record === undefined) return problems.add(path, raw, 'a fault: an object with kind, and at or when')
  const { kind, at, when, for: length, ...rest } = record
  if (!isFaultKind(kind)) return problems.add(`${path}.kind`, kind, `one of ${faultKinds.join(', ')}`)
  const begin = readBegin({ at, when }, path, problems)
  const duration = readLength(length, { kind, path: `${path}.for` }, problems)
  const own = readFields(rest, entryOfKind(kind).fields, path, problems)
  if (begin === undefined || duration === 'wrong' || own === undefined) return undefined
  if (begin.when === undefined && !isTimeless(own, kind, path, problems)) return undefined
  // The entry of the kind has read each of the kind's fields.
  const body = { kind, ...begin, ...(duration === undefined ? {} : { for: duration }), ...own } as FieldValues
  return body as FieldValues & Fault
}

/** What a fault says without when it begins. */
export function faultBody(fault: Fault): FaultBody {
  const { at: _at, when: _when, ...body } = fault
  return body
}

/** A fault that begins at an instant, in the canonical order of fields: kind, begin, length, own fields. */
export function faultAt(instant: Instant, body: FaultBody): Fault {
  const { kind, for: length, ...own } = body
  const values: FieldValues = { kind, at: instant, ...(length === undefined ? {} : { for: length }), ...own }
  return values as FieldValues & Fault
}

type Begin =
  { readonly at: Instant; readonly when?: undefined } | { readonly at?: undefined; readonly when: Trigger }

function readBegin(
  { at, when }: { readonly at: unknown; readonly when: unknown },
  path: string,
  problems: PlanProblems,
): Begin | undefined {
  if ((at === undefined) === (when === undefined))
    return problems.add(
      path,
      at === undefined ? 'a fault without at or when' : 'a fault with at and when',
      'exactly one of the two',
    )
  if (at === undefined) {
    const read = trigger.read(when, `${path}.when`, problems)
    return read && { when: read }
  }
  const instant = sinceStart.read(at, `${path}.at`, problems)
  return instant === undefined ? undefined : { at: instant as number as Instant }
}

function readLength(
  raw: unknown,
  { kind, path }: { readonly kind: FaultKind; readonly path: string },
  problems: PlanProblems,
): Duration | undefined | 'wrong' {
  if (raw === undefined) return undefined
  if (entryOfKind(kind).lasts !== 'moment') return lasting.read(raw, path, problems) ?? 'wrong'
  problems.add(path, raw, `nothing: ${kind} happens in a moment`)
  return 'wrong'
}

/** `$node` and `$others` mean something only where an event begins the fault. */
function isTimeless(own: FieldValues, kind: FaultKind, path: string, problems: PlanProblems): boolean {
  let isFine = true
  expandFields(own, entryOfKind(kind).fields, (ref) => {
    if (isEventPlaceholder(ref)) {
      problems.add(path, ref, 'a node that is known without an event, or `when` in place of `at`')
      isFine = false
    }
    return [ref]
  })
  return isFine
}
