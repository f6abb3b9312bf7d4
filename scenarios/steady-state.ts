// Nothing goes wrong: what all other scenarios are measured against.

import { settle, storeInvariants, storeNodes } from './parts/store-cluster.ts'
import { type Scenario, scenario, seconds } from '../sim/index.ts'

const steadyState: Scenario = scenario({
  title: 'five replicas serve three clients while nothing goes wrong',
  parameters: { replicas: 5, clients: 3 },
  nodes: storeNodes,
  invariants: storeInvariants(),
  duration: seconds(30),
  settle,
})

export default steadyState
