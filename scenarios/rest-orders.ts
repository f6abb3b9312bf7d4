// Clients order over HTTP from a server that crashes, stands still, is cut off, and has a bad disk; they send each order again
// until they hear of it. `--set bug=no-keys` lets the server ignore the keys under which they do, `bug=answers-apart` keep its
// answers apart from the orders, where a crash loses them: then orders are taken twice.

import { orderNodes } from './parts/order-nodes.ts'
import { noOrderLost, noOrderTwice } from './parts/orders.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import {
  crashes,
  diskErrors,
  fsyncFailures,
  ms,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
  slowDisks,
  tornWrites,
} from '../sim/index.ts'

const restOrders: Scenario = scenario({
  title: 'orders that are sent again under their keys are taken once, and none that was acknowledged is lost',
  parameters: { clients: 3, bug: 'none' },
  nodes: orderNodes,
  faults: [
    crashes({ of: 'inventory', every: seconds(4), for: [ms(100), seconds(1)], disk: 'lost' }),
    tornWrites({ of: 'inventory', every: seconds(4), for: [ms(100), seconds(1)] }),
    pauses({ of: 'inventory', every: seconds(4), for: [ms(200), seconds(1.5)] }),
    partitions({ of: 'client', every: seconds(5), for: [ms(200), seconds(2)] }),
    fsyncFailures({ of: 'inventory', every: seconds(6), for: [ms(100), seconds(1)] }),
    diskErrors({ of: 'inventory', every: seconds(6), for: [ms(100), seconds(1)] }),
    slowDisks({ of: 'inventory', every: seconds(6) }),
  ],
  invariants: [noOrderTwice, noOrderLost, eventually(operationsSucceed('client'), { within: seconds(10) })],
  duration: seconds(16),
  settle: seconds(12),
})

export default restOrders
