// Bounds of a server that whoever runs it may set, as parameters of its node.

import { type Data, type Duration, seconds } from '../../sim/index.ts'

const countMax = 2 ** 31
const waitMax = 86_400

const countText = `a whole number from 1 to ${countMax}`

/** A number of things or bytes from 1 to 2^31. Throws an error that names node, parameter, got and wanted. */
export function countParameter(of: string, name: string, value: Data | undefined): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= countMax) return value
  throw wrongParameter(of, name, value, countText)
}

/** A time, given in seconds: more than none, a day at most. Throws as `countParameter` does. */
export function waitParameter(of: string, name: string, value: Data | undefined): Duration {
  if (typeof value === 'number' && value > 0 && value <= waitMax) return seconds(value)
  throw wrongParameter(of, name, value, `seconds, more than 0 and at most ${waitMax}`)
}

/** The error of a parameter that is not what was wanted. */
export function wrongParameter(of: string, name: string, got: Data | undefined, wanted: string): Error {
  const text = typeof got === 'string' ? got : (JSON.stringify(got) ?? 'none')
  return new Error(`${of}: parameter ${name}: got ${text.slice(0, 100)}, wanted ${wanted}`)
}
