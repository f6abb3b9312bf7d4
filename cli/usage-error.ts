// What the person at the command line got wrong: printed without a stack, exit code 2.

/** A mistake in what was typed, or in a file that was named. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}
