// Options that nobody reads are refused: an option that is silently ignored makes a run that tests something else than
// its author believes. The compiler says so too, but not to everybody.

/** Every field of T, so that the compiler complains when one is missing here. */
export type FieldsOf<T> = { readonly [F in keyof Required<T>]: true }

/** What is wrong with the fields of an object, as `got, wanted`; null when all are known. */
export function unknownFields<T>(given: object, known: FieldsOf<T>): string | null {
  const unknown = Object.keys(given).filter((field) => !Object.hasOwn(known, field))
  if (unknown.length === 0) return null
  return `got ${unknown.join(', ')}, wanted only ${Object.keys(known).join(', ')}`
}
