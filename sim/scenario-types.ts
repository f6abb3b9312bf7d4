// What the fields of a scenario are, for those who write one without a compiler: a thing of another type would be ignored,
// or stop the run somewhere far from the mistake.

import { inspect } from 'node:util'

import type { NodeId } from './event.ts'

type Fields = Readonly<Record<string, unknown>>

/** What each field wants to be, where it is there; nodes always are. */
const wanted: readonly (readonly [field: string, wanted: string, fits: (value: unknown) => boolean])[] = [
  ['nodes', 'a list of nodes', Array.isArray],
  ['network', 'a network profile, such as lan() makes', isObject],
  ['disk', 'a disk profile, such as ssd', isObject],
  ['names', 'a Map of names to nodes', (value) => value instanceof Map],
  ['faults', 'a list of faults and profiles', Array.isArray],
  ['invariants', 'a list of invariants', Array.isArray],
]

/** Throws a TypeError for the first field of a prepared scenario that is of another type than it must be. */
export function demandTypes(fields: Fields): void {
  for (const [field, want, fits] of wanted) {
    const value = fields[field]
    if ((value !== undefined || field === 'nodes') && !fits(value)) refuse(field, value, want)
  }
}

/** Throws a TypeError unless these are exit codes. */
export function demandExitCodes(codes: unknown): void {
  const isFine =
    Array.isArray(codes) && codes.every((code) => Number.isInteger(code) && code >= 0 && code <= 255)
  if (!isFine) refuse('exitsAllowed', codes, 'a list of codes from 0 to 255')
}

/** Throws a TypeError when a name could never be looked up: every node's own name stands for that node. */
export function demandNames(names: ReadonlyMap<string, NodeId>, nodes: readonly NodeId[]): void {
  for (const name of names.keys()) {
    if (typeof name !== 'string' || name === '') refuse('names', name, 'names that are texts')
    if (nodes.includes(name)) refuse('names', name, 'names that no node has itself')
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(field: string, got: unknown, want: string): never {
  throw new TypeError(`${field}: got ${inspect(got, { depth: 0, breakLength: Infinity })}, wanted ${want}`)
}
