// A balancer of TCP connections whose clients end their side and then listen, in front of servers that crash, and beside one who
// reads a flood slowly. What breaks must not look like what has ended, and who reads slowly costs no memory.
// `--set flaw=no-half-close` or `no-back-pressure` puts a relay there that was written in a hurry.

import { serverNames } from './parts/balanced.ts'
import { flawedRelay, type RelayFlaw } from './parts/flawed-relay.ts'
import { answersAreWhole, littleIsHeld, slowReader, tcpClient, tcpServer } from './parts/tcp-load.ts'
import { eventually, operationsSucceed } from '../invariants/index.ts'
import { loadBalancer } from '../nodes/load-balancer/index.ts'
import { crashes, group, ms, node, packetLoss, type Scenario, scenario, seconds } from '../sim/index.ts'

const servers = serverNames(3)
const parameters = {
  mode: 'tcp',
  port: 80,
  backends: servers.map((name) => ({ name, host: name, port: 80 })),
  balance: 'least-connections',
  connectTimeoutMs: 200,
  idleTimeoutMs: 2000,
  checkEveryMs: 500,
  checkTimeoutMs: 200,
  retriesPerSecondMin: 20,
}

const loadBalancerTcp: Scenario = scenario({
  title: 'streams through a balancer end only where they were ended, and hold little for who reads slowly',
  parameters: { flaw: 'none' },
  nodes: ({ flaw }) => [
    ...group('server', servers.length, tcpServer),
    flaw === 'none'
      ? node('lb', loadBalancer, { parameters })
      : node('lb', flawedRelay(servers, flaw as RelayFlaw)),
    ...group('client', 3, tcpClient, { quorum: 0, operations: ['CALL'] }),
    node('reader', slowReader),
  ],
  faults: [
    crashes({ of: 'server', every: seconds(2), for: [ms(200), seconds(1)] }),
    packetLoss({ every: seconds(6) }),
  ],
  invariants: [
    answersAreWhole,
    littleIsHeld,
    eventually(operationsSucceed('client'), { within: seconds(6) }),
  ],
  duration: seconds(10),
  settle: seconds(8),
})

export default loadBalancerTcp
