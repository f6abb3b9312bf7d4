// Dates as HTTP writes them (RFC 9110, section 5.6.7), from instants alone.

import type { Instant } from '../../sim/index.ts'

const days = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const nsPerSecond = 1_000_000_000
const secondsPerDay = 86_400

/** An instant of the wall clock as `Sun, 06 Nov 1994 08:49:37 GMT`. Before 1970 it is 1970. */
export function httpDate(instant: Instant): string {
  const whole = Math.max(0, Math.floor(instant / nsPerSecond))
  const day = Math.floor(whole / secondsPerDay)
  const second = whole % secondsPerDay
  const { year, month, dayOfMonth } = civil(day)
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(two).join(':')
  return `${days[day % 7]}, ${two(dayOfMonth)} ${months[month - 1]} ${String(year).padStart(4, '0')} ${time} GMT`
}

/** The date so many days after 1970-01-01, in years that begin in March: leap days come last. */
function civil(day: number): { readonly year: number; readonly month: number; readonly dayOfMonth: number } {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted % 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  }
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}
