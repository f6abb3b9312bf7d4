// Counts of things, in words.

/** `1 seed`, `1,200 seeds`; the plural where it is not the singular and an s. */
export function countText(count: number, singular: string, plural: string = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`
}
