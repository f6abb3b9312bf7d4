/** What is on the disk is not what was put there, and nothing may be built on it. */
export class CorruptStorageError extends Error {
  readonly path: string
  readonly offset: number

  constructor(path: string, offset: number, got: string, wanted: string) {
    super(`${path} at byte ${offset}: got ${got}, wanted ${wanted}`)
    this.name = 'CorruptStorageError'
    this.path = path
    this.offset = offset
  }
}

/** With which code a server ends when its disk fails it (sysexits.h), so that nobody takes it for an accident. */
export const exitCodes: {
  /** The disk holds something else than what was written: EX_DATAERR. */
  readonly corrupt: number
  /** The disk refused to read, write or sync: EX_IOERR. */
  readonly disk: number
} = { corrupt: 65, disk: 74 }
