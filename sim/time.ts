// Virtual time: instants and durations in integer nanoseconds, branded so that they cannot be swapped.
// A double holds integers exactly to 2^53, which is 104 days of nanoseconds.

declare const instantBrand: unique symbol
declare const durationBrand: unique symbol

/** A point in virtual time: whole nanoseconds since the start of the simulation. */
export type Instant = number & { readonly [instantBrand]: true }

/** A length of virtual time: whole nanoseconds; may be negative (a clock step back). */
export type Duration = number & { readonly [durationBrand]: true }

/** The latest instant that can be represented exactly: 2^53 - 1 ns, about 104 days. */
export const instantMax: Instant = Number.MAX_SAFE_INTEGER as Instant

/** The start of every simulation. */
export const instantZero: Instant = 0 as Instant

const nsPerUs = 1_000
const nsPerMs = 1_000_000
const nsPerSecond = 1_000_000_000

/** Nanoseconds as a duration; a fraction is rounded to the nearest whole nanosecond. */
export function ns(count: number): Duration {
  return whole(count)
}

/** Microseconds as a duration; a fraction is rounded to the nearest whole nanosecond. */
export function us(count: number): Duration {
  return whole(count * nsPerUs)
}

/** Milliseconds as a duration; a fraction is rounded to the nearest whole nanosecond. */
export function ms(count: number): Duration {
  return whole(count * nsPerMs)
}

/** Seconds as a duration; a fraction is rounded to the nearest whole nanosecond. */
export function seconds(count: number): Duration {
  return whole(count * nsPerSecond)
}

/** Minutes as a duration; a fraction is rounded to the nearest whole nanosecond. */
export function minutes(count: number): Duration {
  return whole(count * 60 * nsPerSecond)
}

/** The mean gap between events that happen `count` times a second. */
export function perSecond(count: number): Duration {
  return whole(nsPerSecond / count)
}

/** The instant a duration after (or, when negative, before) another one. */
export function after(start: Instant, wait: Duration): Instant {
  return (start + wait) as Instant
}

/** The duration from one instant to another; negative when `end` is earlier. */
export function between(start: Instant, end: Instant): Duration {
  return (end - start) as Duration
}

/** An instant given as a duration since the start of the simulation. */
export function at(sinceStart: Duration): Instant {
  return sinceStart as number as Instant
}

/** A duration scaled by a factor, rounded to a whole nanosecond. */
export function scale(duration: Duration, factor: number): Duration {
  return whole(duration * factor)
}

/** A duration in milliseconds, as a fraction: for output and for interfaces that count so. */
export function toMs(duration: Duration): number {
  return duration / nsPerMs
}

/** A duration in seconds, as a fraction. */
export function toSeconds(duration: Duration): number {
  return duration / nsPerSecond
}

/** An instant for people: `12.345678901s`, all nine digits so that columns line up and nothing is lost. */
export function formatInstant(instant: Instant): string {
  const sign = instant < 0 ? '-' : ''
  const total = Math.abs(instant)
  const fraction = String(total % nsPerSecond).padStart(9, '0')
  return `${sign}${Math.floor(total / nsPerSecond)}.${fraction}s`
}

/** A duration for people, in the largest unit that keeps it at least 1: `250ms`, `1.5s`, `90us`. */
export function formatDuration(duration: Duration): string {
  const total = Math.abs(duration)
  if (total >= nsPerSecond) return `${trim(duration / nsPerSecond)}s`
  if (total >= nsPerMs) return `${trim(duration / nsPerMs)}ms`
  if (total >= nsPerUs) return `${trim(duration / nsPerUs)}us`
  return `${duration}ns`
}

function trim(count: number): string {
  return String(Number(count.toFixed(3)))
}

function whole(count: number): Duration {
  const rounded = Math.round(count)
  if (!Number.isSafeInteger(rounded))
    throw new RangeError(`duration out of range: ${count} ns; at most 2^53 - 1 (104 days)`)
  return (rounded === 0 ? 0 : rounded) as Duration
}
