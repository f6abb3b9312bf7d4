// A pattern of events as plain data, by which triggered faults begin.

import type { EventKind, NodeId } from '../event.ts'

/** Which events match: all that is given must hold. */
export interface EventPattern {
  readonly kind: EventKind
  /** The nodes of which an event matches (or `$all(GROUP)` and so on); absent: any node. */
  readonly nodes?: readonly NodeId[]
  /** What fields must be, by path: `name`, `value.term`, `message.kind`, `value.0`. */
  readonly where?: { readonly [path: string]: FieldMatch }
}

/** What a field must be: exactly this value, within bounds (both included), a text's beginning, or one of several. */
export type FieldMatch =
  | null
  | boolean
  | number
  | string
  | { readonly min?: number; readonly max?: number }
  | { readonly prefix: string }
  | { readonly oneOf: readonly (null | boolean | number | string)[] }
