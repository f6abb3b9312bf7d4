// A program's parameters as settings of its server.

import type { Server } from './server.ts'

/** Sets what the program was given. Throws an Error that names what is no setting, or wrong. */
export function applyParameters(server: Server): void {
  const { parameters } = server.env
  for (const [name, value] of Object.entries(parameters)) {
    // What a scenario tells the members of a group.
    if (name === 'group') continue
    const text =
      typeof value === 'boolean'
        ? value
          ? 'yes'
          : 'no'
        : typeof value === 'string'
          ? value
          : JSON.stringify(value)
    const problem = server.configuration.set([[name, text]], { isStarting: true })
    if (problem !== null) throw new Error(`redis: parameter ${name}: got ${text}: ${problem}`)
  }
  server.port = server.configuration.number('port')
}
