import type { Data } from '../../sim/index.ts'

/** JSON with sorted keys: two values are equal exactly when their canonical texts are. Depth is bounded by the parsers. */
export function canonicalText(value: Data): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .toSorted()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] ?? null)}`).join(',')}}`
}

/** Whether a value is a list (`Array.isArray` does not narrow readonly arrays). */
export function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}
