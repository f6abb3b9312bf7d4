// What a client would have (RFC 9110, section 12.5): lists of choices with weights.

/** One member of a list such as Accept's. */
export interface Preference {
  /** In lower case, without parameters: `text/html`, `text/*`, `gzip`, `*`. */
  readonly value: string
  readonly parameters: ReadonlyMap<string, string>
  /** The weight in thousandths, 0 to 1000: 0 is not acceptable. */
  readonly weight: number
}

/** Members of a list that are read; those after it say nothing. */
const preferencesMax = 64
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
const memberShape = new RegExp(`^\\s*(${token}(?:/${token})?)\\s*((?:;[^;]*)*)$`)
const parameterShape = new RegExp(`^\\s*(${token})\\s*=\\s*(?:(${token})|"([^"]*)")\\s*$`)
const weightShape = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** Reads such a list. A member that is none is passed over: a preference is no reason to refuse a request. */
export function readPreferences(field: string): readonly Preference[] {
  return field
    .split(',', preferencesMax)
    .map(readMember)
    .filter((member) => member !== null)
}

function readMember(text: string): Preference | null {
  const [, value, rest = ''] = memberShape.exec(text) ?? []
  if (value === undefined) return null
  const parameters = new Map<string, string>()
  for (const part of rest.split(';').slice(1)) {
    const [, name, plain, quoted] = parameterShape.exec(part) ?? []
    if (name === undefined) return null
    parameters.set(name.toLowerCase(), plain ?? quoted ?? '')
  }
  const weight = parameters.get('q') ?? '1'
  parameters.delete('q')
  if (!weightShape.test(weight)) return null
  return { value: value.toLowerCase(), parameters, weight: thousandths(weight) }
}

function thousandths(weight: string): number {
  const [whole = '0', fraction = ''] = weight.split('.')
  return Number(whole) * 1000 + Number(fraction.padEnd(3, '0'))
}

/**
 * The media type that a client would have of those that there are, which are in the order in which the server would give
 * them; null when none is acceptable. The most specific range that fits a type says its weight. No field: the first.
 */
export function chooseMediaType(accept: string | null, offered: readonly string[]): string | null {
  if (accept === null || accept.trim() === '') return offered[0] ?? null
  const ranges = readPreferences(accept)
  return best(offered, (type) => weightOf(ranges, (range) => specificity(range, type)))
}

function specificity({ value, parameters }: Preference, type: string): number {
  const [offer = '', ...attributes] = type.toLowerCase().split(/\s*;\s*/)
  const [major = ''] = offer.split('/')
  if (value === '*/*') return 0
  if (value === `${major}/*`) return 1
  if (value !== offer) return -1
  const fits = [...parameters].every(([name, wanted]) =>
    attributes.includes(`${name}=${wanted.toLowerCase()}`),
  )
  return fits ? 2 + parameters.size : -1
}

/**
 * The content coding that a client would have (RFC 9110, section 12.5.3); `identity` is always offered last, and null is
 * none at all. Without the field anything would do, which is no wish for a coding: then it is `identity`.
 */
export function chooseCoding(acceptEncoding: string | null, offered: readonly string[]): string | null {
  if (acceptEncoding === null) return 'identity'
  const wishes = readPreferences(acceptEncoding)
  const named = (coding: string): number =>
    weightOf(wishes, ({ value }) => (value === coding ? 1 : value === '*' ? 0 : -1))
  const isExcluded = wishes.some(
    ({ value, weight }) => weight === 0 && (value === 'identity' || value === '*'),
  )
  const isNamed = wishes.some(({ value }) => value === 'identity')
  const plain = isNamed ? named('identity') : isExcluded ? 0 : 1
  return best([...offered, 'identity'], (coding) => (coding === 'identity' ? plain : named(coding)))
}

function weightOf(
  preferences: readonly Preference[],
  specificityOf: (preference: Preference) => number,
): number {
  let most = -1
  let weight = 0
  for (const preference of preferences) {
    const specificity = specificityOf(preference)
    if (specificity > most) [most, weight] = [specificity, preference.weight]
  }
  return weight
}

function best(offered: readonly string[], weigh: (offer: string) => number): string | null {
  let choice: string | null = null
  let most = 0
  for (const offer of offered) {
    const weight = weigh(offer)
    if (weight > most) [choice, most] = [offer, weight]
  }
  return choice
}
