// What is wrong with what a peer sent: the connection is closed with a code that says so.

/** Bytes that break the protocol or a limit. `code` is the close code that the peer is told (section 7.4.1). */
export class WebSocketError extends Error {
  readonly code: number

  constructor(code: number, got: string, wanted: string) {
    super(`got ${got}, wanted ${wanted}`)
    this.name = 'WebSocketError'
    this.code = code
  }
}
