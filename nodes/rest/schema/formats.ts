// The formats that are asserted (JSON Schema validation, section 7.3): dates and times of RFC 3339, UUIDs, addresses.

/** Whether a text has a format; null for formats that say nothing here. */
export function formatTest(format: string): ((text: string) => boolean) | null {
  return tests.get(format) ?? null
}

const dateShape = /^(\d{4})-(\d\d)-(\d\d)$/
const timeShape = /^(\d\d):(\d\d):(\d\d)(\.\d{1,30})?(?:z|([+-])(\d\d):(\d\d))$/i
const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const nameShape = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i
const localShape = /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/

const tests: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date', isDate],
  ['time', isTime],
  ['date-time', (text) => /^.{10}t/i.test(text) && isDate(text.slice(0, 10)) && isTime(text.slice(11))],
  ['uuid', (text) => uuidShape.test(text)],
  ['ipv4', isIPv4],
  ['ipv6', isIPv6],
  ['email', isEmail],
  ['json-pointer', (text) => /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text)],
])

/** Formats of JSON Schema and OpenAPI that only tell readers what is meant. */
const silent =
  'duration regex hostname idn-hostname idn-email uri uri-reference uri-template iri iri-reference relative-json-pointer int32 int64 float double password byte binary'

/** All formats that a schema may name; another one would be a promise that nobody keeps, or a slip of the pen. */
export const formats: readonly string[] = [...tests.keys(), ...silent.split(' ')]

function isDate(text: string): boolean {
  const found = dateShape.exec(text)
  if (found === null) return false
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** A second 60 is one only where a leap second can be: at 23:59 UTC. */
function isTime(text: string): boolean {
  const found = timeShape.exec(text)
  if (found === null) return false
  const [hour, minute, second] = found.slice(1, 4).map(Number) as [number, number, number]
  const [offsetHour, offsetMinute] = [Number(found[6] ?? 0), Number(found[7] ?? 0)]
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false
  const offset = (offsetHour * 60 + offsetMinute) * (found[5] === '-' ? -1 : 1)
  return second < 60 || (hour * 60 + minute - offset + 2 * 1440) % 1440 === 1439
}

/** An address of RFC 5321: a name and a domain, or an address in brackets. */
function isEmail(text: string): boolean {
  const split = text.lastIndexOf('@')
  if (split < 1 || text.length > 254 || !localShape.test(text.slice(0, split))) return false
  const domain = text.slice(split + 1)
  if (!domain.startsWith('[')) return nameShape.test(domain)
  const address = domain.slice(1, -1)
  return domain.endsWith(']') && (isIPv4(address) || (/^ipv6:/i.test(address) && isIPv6(address.slice(5))))
}

function isIPv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text)
}

/** Eight groups, of which "::" stands for one or more; the last two may be written as IPv4 (RFC 4291, section 2.2). */
function isIPv6(text: string): boolean {
  const [before = '', after, more] = text.split('::')
  if (more !== undefined) return false
  const first = groupCount(before, after === undefined)
  const second = groupCount(after ?? '', true)
  if (first === null || second === null) return false
  return after === undefined ? first === 8 : first + second <= 7
}

function groupCount(text: string, isLast: boolean): number | null {
  if (text === '') return 0
  const groups = text.split(':')
  const tail = isLast && isIPv4(groups.at(-1) ?? '') ? 1 : 0
  const plain = tail === 1 ? groups.slice(0, -1) : groups
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? groups.length + tail : null
}
