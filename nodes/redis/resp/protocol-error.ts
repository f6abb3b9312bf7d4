// Bytes that are no request or no reply.

/** The stream cannot be read any further. The message is Redis's text without `ERR Protocol error: `. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ProtocolError'
  }
}
