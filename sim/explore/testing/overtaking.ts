// A scenario in which the order of two messages decides.

import type { Program } from '../../env.ts'
import type { Invariant } from '../../invariant.ts'
import { node, type Scenario, scenario } from '../../scenario.ts'
import { type Duration, ms } from '../../time.ts'

const server: Program = (env) => {
  env.messages.on('note', (_, source) => env.probe('heard', source))
}

const client =
  (wait: Duration): Program =>
  (env) => {
    env.timers.after(wait, () => env.messages.send('server', { kind: 'note' }))
  }

/** `last` must not be heard of after the other one. */
const inOrder = (last: string): Invariant => ({
  name: 'in order',
  kinds: ['probe'],
  begin: () => {
    let heard = 0
    return {
      on: (event) => {
        if (event.kind !== 'probe' || ++heard < 2) return null
        return event.value === last ? { kind: 'violated', message: `${last} came last` } : null
      },
      looked: () => heard,
    }
  },
})

const overtaking: Scenario = scenario({
  title: 'two messages come in the right order',
  parameters: { wrong: 'b' },
  nodes: () => [node('server', server), node('a', client(ms(1))), node('b', client(ms(4)))],
  invariants: ({ wrong }) => [inOrder(wrong)],
  duration: ms(50),
})

export default overtaking
