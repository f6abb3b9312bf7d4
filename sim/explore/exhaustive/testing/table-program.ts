// Programs given as tables, so that a property test can draw them: what a node does on each message in each state.

import type { Env, Program } from '../../../env.ts'
import { group, type Scenario, scenario } from '../../../scenario.ts'
import { ms, seconds } from '../../../time.ts'

/** What a node does: its next state, and what it sends to whom. `next` null: it ignores what came. */
export interface Reaction {
  readonly next: number | null
  readonly sends: readonly { readonly to: number; readonly letter: number }[]
}

/** Reactions of one node: by state, then by letter; the last of each state is that to its timer. */
export type Table = readonly (readonly Reaction[])[]

/** A world of nodes with such tables. Each node reacts at most `reactionsMax` times. */
export function tableWorld(tables: readonly Table[], reactionsMax: number): Scenario {
  return scenario({
    title: 'tables',
    nodes: () => group('n', tables.length, tableProgram(tables, reactionsMax), { quorum: 0 }),
    duration: seconds(1),
  })
}

function tableProgram(tables: readonly Table[], reactionsMax: number): Program {
  return (env: Env) => {
    const own = Number(env.name.slice(2)) - 1
    const names = env.parameters['group'] as readonly string[]
    let state = 0
    let reactions = 0
    const react = (letter: number): void => {
      const reaction = tables[own]?.[state]?.[letter]
      if (reaction === undefined || reaction.next === null || reactions === reactionsMax) return
      state = reaction.next
      reactions++
      env.probe('state', [state, reactions])
      for (const { to, letter: sent } of reaction.sends)
        env.messages.send(String(names[to % names.length]), { kind: 'letter', letter: sent })
    }
    env.messages.on('letter', (message) => {
      react(Number(message['letter']))
    })
    env.timers.after(ms(1), () => {
      react((tables[own]?.[0]?.length ?? 1) - 1)
    })
    env.probe('state', [state, reactions])
  }
}
