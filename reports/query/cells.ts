// The values of a query's result, as each output writes them.

import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'

/** A value as plain data: whole numbers that a double holds are numbers, JSON is what it says, the rest is text. */
export function plainValue(value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string')
    return type.alias === 'JSON' && typeof value === 'string' ? JSON.parse(value) : value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return nestedValue(value, type)
}

function nestedValue(
  value: Exclude<DuckDBValue, null | boolean | string | number | bigint>,
  type: DuckDBType,
): unknown {
  if ('scale' in value) return Number(value.toString())
  if ('entries' in value && 'entryNames' in type && !Array.isArray(value.entries)) {
    const { entries } = value
    return Object.fromEntries(
      type.entryNames.map((name, place) => [
        name,
        plainValue(entries[name] ?? null, type.entryTypes[place] ?? type),
      ]),
    )
  }
  if (!('items' in value)) return value.toString()
  const itemType = 'valueType' in type ? type.valueType : type
  return value.items.map((item) => plainValue(item, itemType))
}

/** A value as one text: nothing is '', nested values are JSON. */
export function cellText(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  const plain = plainValue(value, type)
  return typeof plain === 'string' ? plain : JSON.stringify(plain)
}

/** A cell as CSV has it (RFC 4180). */
export function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
