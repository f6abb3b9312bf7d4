// What a value that was read has to look like, told with the place in it that does not: `run.bands[3].from: got …, wanted …`.

/** Says what is wrong with a value at a place; null when nothing is. */
export type Shape = (value: unknown, place: string) => string | null

/** A finite number that is not negative. */
export const amount: Shape = (value, place) =>
  Number.isFinite(value) && (value as number) >= 0 ? null : misfit(value, place, 'a number of at least 0')

/** A text. */
export const text: Shape = (value, place) =>
  typeof value === 'string' ? null : misfit(value, place, 'a text')

/** The shape, or null. */
export function orNull(shape: Shape): Shape {
  return (value, place) => (value === null ? null : shape(value, place))
}

/** The shape, or no such field. */
export function optional(shape: Shape): Shape {
  return (value, place) => (value === undefined ? null : shape(value, place))
}

/** A list of so many at most, each of this shape. */
export function listOf(shape: Shape, lengthMax: number): Shape {
  return (value, place) => {
    if (!Array.isArray(value)) return misfit(value, place, 'a list')
    if (value.length > lengthMax) return `${place}: got ${value.length} entries, wanted at most ${lengthMax}`
    return first(value.map((each: unknown, index) => () => shape(each, `${place}[${index}]`)))
  }
}

/** A list of exactly these. */
export function tupleOf(...shapes: readonly Shape[]): Shape {
  return (value, place) => {
    if (!Array.isArray(value) || value.length !== shapes.length)
      return misfit(value, place, `a list of ${shapes.length}`)
    return first(shapes.map((shape, index) => () => shape(value[index], `${place}[${index}]`)))
  }
}

/** An object with these fields; others are left alone. */
export function recordOf(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return misfit(value, place, 'an object')
    const fields = new Map<string, unknown>(Object.entries(value))
    const inside = place === '' ? '' : `${place}.`
    return first(
      Object.entries(shapes).map(
        ([name, shape]) =>
          () =>
            shape(fields.get(name), `${inside}${name}`),
      ),
    )
  }
}

/** That a value of a shape does not fit at a place. */
export function misfit(value: unknown, place: string, wanted: string): string {
  const got = JSON.stringify(value) ?? 'nothing'
  const before = place === '' ? '' : `${place}: `
  return `${before}got ${got.length > shownMax ? `${got.slice(0, shownMax)}…` : got}, wanted ${wanted}`
}

const shownMax = 60

function first(tests: readonly (() => string | null)[]): string | null {
  for (const test of tests) {
    const problem = test()
    if (problem !== null) return problem
  }
  return null
}
