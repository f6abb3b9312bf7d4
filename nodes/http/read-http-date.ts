// Reads the dates of HTTP in all three forms (RFC 9110, section 5.6.7), without the engine's calendar.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const fixed =
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/
const rfc850 =
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/
const asctime =
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/

/**
 * Seconds since 1970, or null for what is no date. Of a year with two digits the century is this one up to 69, the last one
 * from 70 on: a fixed rule instead of the RFC's 50 years from now, so that it does not depend on the day.
 */
export function readHttpDate(text: string): number | null {
  const { day, month, year, time } =
    (fixed.exec(text) ?? rfc850.exec(text) ?? asctime.exec(text))?.groups ?? {}
  const monthNumber = months.indexOf(month ?? '')
  if (day === undefined || year === undefined || time === undefined || monthNumber < 0) return null
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number)
  const fullYear = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900)
  if (hour > 23 || minute > 59 || second > 60 || Number(day) < 1 || Number(day) > 31) return null
  return daysSince1970(fullYear, monthNumber + 1, Number(day)) * 86_400 + hour * 3600 + minute * 60 + second
}

/** In years that begin in March, so that leap days come last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = Math.floor(shiftedYear / 400)
  const yearOfEra = shiftedYear - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}
