// A fault with placeholders for nodes, resolved to the faults that it stands for.

import type { Fault, FaultBody, Trigger } from './fault.ts'
import type { UnresolvedRef } from './field.ts'
import type { Resolve } from './placeholder.ts'
import { faultAt, faultBody } from './read-fault.ts'
import { expandFields, type FieldValues } from './record.ts'
import { entryOf } from './registry.ts'
import { trigger } from './trigger-field.ts'

/** The faults that one stands for: several when a placeholder gives several nodes where one is wanted. */
export function expandFault(body: FaultBody, resolve: Resolve): readonly FaultBody[] | UnresolvedRef {
  const values: FieldValues = { ...body }
  // Only the fields that name nodes are replaced, by values of the same type.
  return expandFields(values, entryOf(body).fields, resolve) as readonly FaultBody[] | UnresolvedRef
}

/** The same for a fault with its begin; a trigger's `nodes` are resolved too. */
export function expandPlanned(fault: Fault, resolve: Resolve): readonly Fault[] | UnresolvedRef {
  const bodies = expandFault(faultBody(fault), resolve)
  if ('unresolved' in bodies) return bodies
  if (fault.when === undefined) return bodies.map((body) => faultAt(fault.at, body))
  const triggers = trigger.expand?.(fault.when, resolve) ?? [fault.when]
  if ('unresolved' in triggers) return triggers
  return triggers.flatMap((when) => bodies.map((body) => faultWhen(when, body)))
}

function faultWhen(when: Trigger, body: FaultBody): Fault {
  const { kind, for: length, ...own } = body
  const values: FieldValues = { kind, when, ...(length === undefined ? {} : { for: length }), ...own }
  return values as FieldValues & Fault
}
