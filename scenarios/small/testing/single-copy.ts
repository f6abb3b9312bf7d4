// Servers that each keep a value of their own and agree on nothing (Stateright, examples/single-copy-register.rs).

import type { RegisterMessage } from './register-world.ts'
import type { Env } from '../../../sim/index.ts'

export function singleCopy(env: Env<RegisterMessage>): void {
  let value: string | null = null
  env.messages.on('put', ({ request, value: written }, source) => {
    value = written
    env.probe('state', value)
    env.messages.send(source, { kind: 'put-ok', request })
  })
  env.messages.on('get', ({ request }, source) => {
    env.messages.send(source, { kind: 'get-ok', request, value })
  })
  env.probe('state', value)
}
