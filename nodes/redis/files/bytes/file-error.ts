/** Bytes are not what a Redis file, or a part of one, holds. */
export class RedisFileError extends Error {
  /** Where: bytes from the start of the file (or of the payload, where there is no file). */
  readonly offset: number
  readonly got: string
  readonly wanted: string

  constructor(offset: number, got: string, wanted: string) {
    super(`at byte ${offset}: got ${got}, wanted ${wanted}`)
    this.name = 'RedisFileError'
    this.offset = offset
    this.got = got
    this.wanted = wanted
  }
}
