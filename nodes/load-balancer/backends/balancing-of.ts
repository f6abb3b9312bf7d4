// The way to choose that settings ask for.

import {
  type Balancing,
  ConsistentHashing,
  LeastConnections,
  RoundRobin,
  SmoothWeighted,
  Sticky,
  TwoChoices,
} from '../balancing/index.ts'
import type { BalancerSettings } from '../settings/index.ts'
import type { Env } from '../../../sim/index.ts'

/** Makes it. */
export function balancingOf(settings: BalancerSettings, env: Pick<Env, 'randomFor'>): Balancing {
  const own = ownOf(settings, env)
  return settings.sticky === 'source' ? new Sticky(own) : own
}

function ownOf({ balance, loadFactor }: BalancerSettings, env: Pick<Env, 'randomFor'>): Balancing {
  switch (balance) {
    case 'weighted':
      return new SmoothWeighted()
    case 'round-robin':
      return new RoundRobin()
    case 'least-connections':
      return new LeastConnections()
    case 'two-choices':
      return new TwoChoices(env.randomFor('balancing'))
    case 'consistent-hashing':
      return new ConsistentHashing({ loadFactor })
  }
}
