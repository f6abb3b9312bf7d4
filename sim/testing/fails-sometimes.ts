// For tests of sweeps: a scenario that fails on some seeds, in a module of its own, because threads load it themselves.

import type { Program } from '../env.ts'
import { crashes } from '../faults/index.ts'
import type { Invariant } from '../invariant.ts'
import { group, type Scenario, scenario } from '../scenario.ts'
import { ms } from '../time.ts'

const roll: Program = (env) => {
  const timer = env.timers.every(ms(10), () => {
    env.messages.send('peer-1', { kind: 'rolled' })
    env.probe('rolled', env.random.int(1, Number(env.parameters['sides'])))
  })
  env.timers.after(ms(60), () => timer.cancel())
}

const neverOne: Invariant = {
  name: 'never one',
  kinds: ['probe'],
  begin: () => {
    let looked = 0
    return {
      on: (event) => {
        looked++
        return event.kind === 'probe' && event.value === 1
          ? { kind: 'violated', message: 'rolled a one' }
          : null
      },
      looked: () => looked,
    }
  },
}

const failsSometimes: Scenario = scenario({
  title: 'dice that must not show a one',
  parameters: { sides: 60 },
  nodes: ({ sides }) => group('peer', 3, roll, { parameters: { sides } }),
  faults: [crashes({ every: ms(50), for: [ms(1), ms(20)] })],
  invariants: [neverOne],
  duration: ms(100),
})

export default failsSometimes
