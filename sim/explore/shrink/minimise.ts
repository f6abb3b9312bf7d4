// Delta debugging (Zeller and Hildebrandt, TSE 2002) without its complements-only half: leaves out ever smaller pieces of
// a list as long as what is left still fails, and at last single items, until none can be spared.

/** Given variants in order of preference, the place of the first that still fails; -1 when none does. */
export type FirstFailing<T> = (variants: readonly (readonly T[])[]) => Promise<number>

/** A part of the list, in its order, that still fails and from which no single item can be left out. */
export async function minimise<T>(items: readonly T[], firstFailing: FirstFailing<T>): Promise<readonly T[]> {
  if (items.length === 0 || (await firstFailing([[]])) === 0) return []
  let kept = items
  let size = Math.ceil(kept.length / 2)
  while (kept.length > 1) {
    const variants = withoutPieces(kept, size)
    const found = await firstFailing(variants)
    const next = variants[found]
    if (next !== undefined) kept = next
    else if (size === 1) return kept
    else size = Math.ceil(size / 2)
    size = Math.min(size, Math.ceil(kept.length / 2))
  }
  return kept
}

function withoutPieces<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size)
  return Array.from({ length: count }, (_, place) => [
    ...items.slice(0, place * size),
    ...items.slice((place + 1) * size),
  ])
}
