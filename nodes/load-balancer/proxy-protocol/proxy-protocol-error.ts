// What is no header of the PROXY protocol.

/** Bytes that are no header, or a header that cannot be written. */
export class ProxyProtocolError extends Error {
  constructor(place: string, got: string, wanted: string) {
    super(`PROXY header, ${place}: got ${got}, wanted ${wanted}`)
    this.name = 'ProxyProtocolError'
  }
}

/** A byte as errors show it. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
