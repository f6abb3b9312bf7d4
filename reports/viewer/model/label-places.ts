// Where the names of lines stand beside a plot: each where its line ends, or as near to that as the others leave room.

/** The room that there is, in pixels from above. */
export interface LabelRoom {
  readonly top: number
  readonly bottom: number
  /** The least distance between the middles of two labels. */
  readonly gap: number
}

/**
 * The middle of each label, for lines that end there: in the same order from above, those that end in the same place with
 * later ones above. Closer together than the gap only where the room is too small for all.
 */
export function labelPlaces(ends: readonly number[], { top, bottom, gap }: LabelRoom): readonly number[] {
  const order = ends.map((_, line) => line).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0) || b - a)
  const distance = Math.min(gap, (bottom - top) / Math.max(1, ends.length - 1))
  const places = ends.map(() => 0)
  let least = top
  for (const line of order) {
    const place = Math.max(least, ends[line] ?? 0)
    places[line] = place
    least = place + distance
  }
  let most = bottom
  for (const line of order.toReversed()) {
    const place = Math.min(most, places[line] ?? 0)
    places[line] = place
    most = place - distance
  }
  return places
}
