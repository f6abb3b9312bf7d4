// Which values an axis shows.

/** Above the largest value, as a share of it: at the top stand the lines of the faults. */
const margin = 1 / 8

/**
 * From nothing to a little more than the largest value (null: there is none): what begins elsewhere makes little of much, and much
 * of little.
 */
export function rangeFromZero(most: number | null): [least: number, most: number] {
  return [0, most === null || most <= 0 ? 1 : most + most * margin]
}
