// What options may be: each is looked at once, when a part is made.

/** Throws a RangeError, which names `name`, unless a number is whole and within bounds. */
export function demandWhole(
  name: string,
  got: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (!Number.isSafeInteger(got) || got < min || got > max)
    throw new RangeError(`${name}: got ${got}, wanted a whole number ${min} to ${max}`)
}

/** Throws a RangeError unless a number is above 0 and at most 1. */
export function demandRatio(name: string, got: number): void {
  if (!(got > 0 && got <= 1))
    throw new RangeError(`${name}: got ${got}, wanted a ratio above 0 and at most 1`)
}

/** Throws a RangeError unless a duration is at least 1 ns. */
export function demandDuration(name: string, got: number): void {
  demandWhole(name, got, { min: 1, max: Number.MAX_SAFE_INTEGER })
}
