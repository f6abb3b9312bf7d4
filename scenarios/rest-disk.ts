// The inventory's disk fills up, stalls, refuses and reads less than there is, while its power fails: what was acknowledged is there, and
// what was not is sent again. `--set bug=…` as in `rest-orders`.

import { orderNodes } from './parts/order-nodes.ts'
import { noOrderLost, noOrderTwice } from './parts/orders.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  crashes,
  diskErrors,
  fsyncFailures,
  fullDisks,
  ms,
  type Scenario,
  scenario,
  seconds,
  shortReads,
  stalledDisks,
  tornWrites,
} from '../sim/index.ts'

const restDisk: Scenario = scenario({
  title: 'an inventory keeps every acknowledged order on a disk that fails in every way',
  parameters: { clients: 3, bug: 'none' },
  nodes: orderNodes,
  faults: [
    fullDisks({ of: 'inventory', every: seconds(4), for: [ms(100), seconds(2)] }),
    stalledDisks({ of: 'inventory', every: seconds(5), for: [ms(100), seconds(2)] }),
    shortReads({ of: 'inventory', every: seconds(3), for: [ms(500), seconds(3)] }),
    diskErrors({ of: 'inventory', every: seconds(5), for: [ms(100), seconds(1)] }),
    fsyncFailures({ of: 'inventory', every: seconds(5), for: [ms(100), seconds(1)] }),
    tornWrites({ of: 'inventory', every: seconds(4), for: [ms(100), seconds(1)] }),
    crashes({ of: 'inventory', every: seconds(4), for: [ms(100), seconds(1)] }),
  ],
  invariants: [noOrderTwice, noOrderLost, eventually(operationsSucceed('client'), { within: seconds(10) })],
  duration: seconds(16),
  settle: seconds(12),
})

export default restDisk
