/** A history that cannot be judged: names the file, the line (or event), what was there and what was wanted. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  /** The file, or `history` when it has no name. */
  readonly file: string
  /** The line, counted from 1; for events of a simulation their seq. */
  readonly line: number
  readonly got: string
  readonly wanted: string

  constructor(place: { readonly file?: string; readonly line: number }, got: string, wanted: string) {
    super(`${place.file ?? 'history'}:${place.line}: got ${got}, wanted ${wanted}`)
    this.file = place.file ?? 'history'
    this.line = place.line
    this.got = got
    this.wanted = wanted
  }
}

/** The same mistake, in the file of the given name. */
export function inFile(error: HistoryError, file: string): HistoryError {
  return new HistoryError({ file, line: error.line }, error.got, error.wanted)
}

/** A short, single-line rendering of hostile text for an error message. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text
  return JSON.stringify(shown)
}

/** The same mistake, at another line. */
export function inLine(error: HistoryError, line: number): HistoryError {
  return new HistoryError({ line }, error.got, error.wanted)
}
