// Why bytes are no HTTP message that this codec accepts, and what a server answers to them.

/** The kinds of wrong. */
export type HttpErrorCode =
  | 'bad-start-line'
  | 'bad-target'
  | 'bad-version'
  | 'bad-line-end'
  | 'bad-field'
  | 'bad-length'
  | 'bad-transfer-coding'
  | 'bad-chunk'
  | 'target-too-long'
  | 'fields-too-large'
  | 'body-too-large'
  | 'after-last'
  | 'unexpected'
  | 'incomplete'

/** Bytes that are no message, or too many of them: the stream cannot be read any further. */
export class HttpError extends Error {
  readonly code: HttpErrorCode
  /** The status with which a server answers. */
  readonly status: number

  constructor(code: HttpErrorCode, got: string, wanted: string) {
    super(`${code}: got ${got}, wanted ${wanted}`)
    this.name = 'HttpError'
    this.code = code
    this.status = statusOf(code)
  }
}

function statusOf(code: HttpErrorCode): number {
  switch (code) {
    case 'target-too-long':
      return 414
    case 'fields-too-large':
      return 431
    case 'body-too-large':
      return 413
    case 'bad-version':
      return 505
    default:
      return 400
  }
}
