// What a handler throws to answer with an error: nothing of its reply is sent, nothing of it may have taken effect.

/** An error reply: its code, a space, its text. */
export class CommandError extends Error {
  constructor(reply: string) {
    super(reply)
    this.name = 'CommandError'
  }
}

/** A key holds another kind of value. */
export const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value'
export const syntaxError = 'ERR syntax error'
export const notInteger = 'ERR value is not an integer or out of range'
export const notFloat = 'ERR value is not a valid float'
export const noSuchKey = 'ERR no such key'
