/** A question that cannot be answered: what is wrong with the SQL, or that the engine for it is not installed. One line. */
export class QueryError extends Error {
  constructor(message: string) {
    super(message.split(/\n\s*\n/, 1)[0]?.replaceAll(/\s*\n\s*/g, ' ') ?? '')
    this.name = 'QueryError'
  }
}
