// What is wrong with a trace: the place, what stands there and what should.

/** A trace that cannot be read or written as asked: names file and line (1 is the header), what was got and wanted. */
export class TraceError extends Error {
  readonly file: string
  /** The line, counted from 1; 0 when the problem is the file as a whole. */
  readonly line: number
  readonly got: string
  readonly wanted: string

  constructor(file: string, line: number, got: string, wanted: string) {
    super(`${file}${line > 0 ? `:${line}` : ''}: got ${got}, wanted ${wanted}`)
    this.name = 'TraceError'
    this.file = file
    this.line = line
    this.got = got
    this.wanted = wanted
  }
}

/** Whether an error says that a trace lacks its end, as that of a node that still runs or was killed: what is there is as it was written. */
export function isCutOff(error: unknown): boolean {
  return error instanceof TraceError && error.got.startsWith('the end of the file')
}

const quoteMax = 60

/** A value as it may stand in an error: as JSON, on one line, cut short. */
export function quote(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= quoteMax ? text : `${text.slice(0, quoteMax)}…`
}
