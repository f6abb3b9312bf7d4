// The registry of fault kinds: one entry for each, in the order in which tables list them. A new kind of fault needs its
// type in the union and its entry here; reading, printing, applying and counting follow from the entry.

import type { FaultBody, FaultKind } from './fault.ts'
import { clockKinds } from './kinds/clock-kinds.ts'
import { diskKinds } from './kinds/disk-kinds.ts'
import type { EntryOf, FaultEntry } from './kinds/entry.ts'
import { namesKinds } from './kinds/names-kinds.ts'
import { networkKinds } from './kinds/network-kinds.ts'
import { nodeKinds } from './kinds/node-kinds.ts'
import { ruleKinds } from './kinds/rule-kind.ts'

const registry: { readonly [K in FaultKind]: EntryOf<K> } = {
  ...nodeKinds,
  ...clockKinds,
  ...networkKinds,
  ...ruleKinds,
  ...namesKinds,
  ...diskKinds,
}

const entries: ReadonlyMap<string, FaultEntry> = new Map(Object.entries<FaultEntry>(registry))

/** Every kind of fault. */
export const faultKinds: readonly FaultKind[] = [...entries.keys()].filter(isFaultKind)

/** The entry of a fault's kind. */
export function entryOf(fault: Pick<FaultBody, 'kind'>): FaultEntry {
  return entryOfKind(fault.kind)
}

/** The entry of a kind. */
export function entryOfKind(kind: FaultKind): FaultEntry {
  return registry[kind]
}

/** Whether a value names a kind of fault. */
export function isFaultKind(value: unknown): value is FaultKind {
  return typeof value === 'string' && entries.has(value)
}
