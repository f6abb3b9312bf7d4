// One back-end of three comes and goes all the time. Retries, checks that want two good answers in a row, and ejections that last
// longer each time keep that from those who ask. `--set guards=false` shows them suffer.

import { answeredInTime } from './parts/answered-in-time.ts'
import { balancedCall, balancer, serverNames, workingServer } from './parts/balanced.ts'
import { openLoop } from './parts/open-loop.ts'
import {
  at,
  type FaultSource,
  group,
  ms,
  perSecond,
  type Program,
  type Scenario,
  scenario,
  scale,
  seconds,
} from '../sim/index.ts'

const flaps = 8
const begin = ms(1000)
const period = ms(600)

/** Down for half of the time. */
const flapping: readonly FaultSource[] = Array.from({ length: flaps }, (_, place) => ({
  kind: 'crash',
  node: 'server-1',
  at: at((begin + scale(period, place)) as typeof begin),
  for: ms(300),
  connections: 'reset',
}))

const server = workingServer((env) => () => env.sleep(ms(env.random.int(1, 10))))

const client: Program = (env) => {
  const call = balancedCall(env, seconds(2))
  openLoop(env, { f: 'call', every: perSecond(60), patience: ms(600) }, call('lb', '/'))
}

const loadBalancerFlapping: Scenario = scenario({
  title: 'a back-end that comes and goes is hardly noticed',
  parameters: { guards: true },
  nodes: ({ guards }) => [
    ...group('server', 3, server),
    balancer('lb', serverNames(3), guards ? {} : { check: 'none', outliers: false, retriesMax: 0 }),
    ...group('client', 2, client, { quorum: 0, operations: ['call'] }),
  ],
  faults: [flapping],
  invariants: [
    answeredInTime({
      name: 'a flapping back-end is hardly noticed',
      f: 'call',
      from: begin,
      to: seconds(6),
      share: 0.99,
    }),
  ],
  duration: seconds(7),
})

export default loadBalancerFlapping
