// The table of fault kinds for the README, from the registry.

import { asRecord } from './field.ts'
import type { FaultKind } from './fault.ts'
import { entryOfKind, faultKinds } from './registry.ts'
import type { Lasts } from './kinds/entry.ts'
import { formatDuration, type Duration } from '../time.ts'

const lastsTexts: { readonly [L in Lasts]: string } = {
  while: '`for`, or until the run heals',
  moment: 'a moment',
  either: 'a moment, or `for`',
}

/** All kinds of faults as a Markdown table: what happens, what a fault says, how long it lasts, what it counts as. */
export function faultTable(): string {
  const head = ['| kind | acts on | what happens | fields | lasts | counts as |', '|---|---|---|---|---|---|']
  return `${[...head, ...faultKinds.map(row)].join('\n')}\n`
}

function row(kind: FaultKind): string {
  const entry = entryOfKind(kind)
  const cells = [
    `\`${kind}\``,
    entry.target,
    entry.meaning,
    fieldsText(kind),
    lastsTexts[entry.lasts],
    counts(kind),
  ]
  return `| ${cells.join(' | ')} |`
}

function fieldsText(kind: FaultKind): string {
  return Object.entries(entryOfKind(kind).fields)
    .map(([name, field]) => {
      if (field.isOptional === true) return `\`${name}\`?`
      return field.fallback === undefined
        ? `\`${name}\``
        : `\`${name}\` = ${fallbackText(name, field.fallback)}`
    })
    .join(', ')
}

/** Fields that are durations, by name: a bare number of nanoseconds would tell a reader little. */
const durationFields: ReadonlySet<string> = new Set(['grace', 'added', 'window'])

function fallbackText(name: string, fallback: unknown): string {
  if (asRecord(fallback) !== undefined) return 'all'
  return typeof fallback === 'number' && durationFields.has(name)
    ? formatDuration(fallback as Duration)
    : String(fallback)
}

function counts(kind: FaultKind): string {
  const entry = entryOfKind(kind)
  const claims = [...('outage' in entry ? ['outage'] : []), ...(entry.isDataDamaging ? ['data damage'] : [])]
  return claims.length === 0 ? '-' : claims.join(', ')
}
