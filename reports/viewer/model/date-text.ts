// Instants of real time.

/** An ISO 8601 instant as people read it, to the second. */
export function dateText(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ')
}
