// Instants and durations of virtual time, in nanoseconds, as text.

const second = 1e9
const digitsMax = 9

/** An instant in seconds, with as many decimals as make steps of this size differ. */
export function instantText(at: number, step = 1): string {
  let digits = digitsMax
  for (let size = 1; digits > 0 && size * 10 <= step; size *= 10) digits--
  return `${fixed(at, digits)}s`
}

/** A duration in the unit that suits it: `1.250ms`. */
export function durationText(length: number): string {
  if (length < 1e3) return `${Math.round(length)}ns`
  if (length < 1e6) return `${short(length / 1e3)}µs`
  if (length < second) return `${short(length / 1e6)}ms`
  return `${short(length / second)}s`
}

function fixed(at: number, digits: number): string {
  const whole = Math.floor(at / second)
  if (digits === 0) return String(Math.round(at / second))
  const rest = String(Math.floor(at - whole * second)).padStart(digitsMax, '0')
  return `${whole}.${rest.slice(0, digits)}`
}

function short(value: number): string {
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
