// JSON values: what type they are, and which are the same (JSON Schema core, section 4.2).

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: unknown
}

/** Whether a value is an object of JSON, and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text that two values share when they are the same value: members in one order, numbers as numbers. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value) ?? 'null'
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(value[name])}`)
  return `{${members.join(',')}}`
}

/** Whether one number is a whole multiple of another, told by their decimal digits: 0.0075 is one of 0.0001. */
export function isMultiple(value: number, factor: number): boolean {
  const [one, other] = [decimal(value), decimal(factor)]
  const lowest = Math.min(one.exponent, other.exponent)
  return shifted(one, lowest) % shifted(other, lowest) === 0n
}

interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function decimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

function shifted({ digits, exponent }: Decimal, lowest: number): bigint {
  return digits * BigInt(`1${'0'.repeat(exponent - lowest)}`)
}
