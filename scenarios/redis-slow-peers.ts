// Ordinary clients of a Redis beside peers that are slow in each way there is: subscribers that stop reading, peers that never end a
// command, workers and consumers that crash or are cut off while they wait, readers that keep what they were not told has changed.
// Guards that can be taken away: `--set limitsOutput=false`, `--set timeout=0`, `--set pops=true` (BRPOP instead of BLMOVE),
// `--set forgets=true`, `--set isUnkept=true` (NOACK), `--set trustMs=3600000`, `--set tracks=false`; bugs that can be planted:
// `--set steals=true` (what others were given is taken), `--set wakesNobody=true` (in the server).

import { othersAreServed } from './parts/others-served.ts'
import { cachesAreFresh, cachingReader, redisRaiser } from './parts/redis-cached-reads.ts'
import {
  givenToOne,
  nothingStaysBehind,
  redisConsumer,
  redisProducer,
  redisWorker,
} from './parts/redis-jobs.ts'
import {
  deliveredIsPending,
  nobodyWaitsInVain,
  redisObserver,
  waitingIsBounded,
  whoDoesNotReadIsEnded,
} from './parts/redis-observer.ts'
import { deafReader, redisPublisher } from './parts/redis-slow-readers.ts'
import { slowPeer } from './parts/slow-peer.ts'
import { eventually, ofNodes, operationsSucceed } from '../invariants/index.ts'
import { flawedRedis, redisOperations, redisPort, redisWorkload } from '../nodes/redis/index.ts'
import {
  clockSteps,
  crashes,
  group,
  minutes,
  ms,
  narrowLinks,
  node,
  oneOf,
  packetLoss,
  partitions,
  pauses,
  type Scenario,
  scenario,
  seconds,
} from '../sim/index.ts'

const server = 'redis-1'
const workers = ['worker-1', 'worker-2', 'worker-3']
const waiters = ['worker', 'consumer', 'cached']
/** What may wait for a subscriber: so many bytes, or so many for two seconds. */
const [hard, soft] = [131_072, 32_768]
/** Two seconds, until the server looks, and while it stands still. */
const endedWithin = seconds(4)

const redisSlowPeers: Scenario = scenario({
  title: 'slow peers of a Redis take nothing from others, and get what they waited for once',
  parameters: {
    messageSize: oneOf(3_000, 8_000),
    limitsOutput: true,
    timeout: 2,
    pops: false,
    forgets: false,
    steals: false,
    isUnkept: false,
    wakesNobody: false,
    trustMs: 500,
    tracks: true,
  },
  nodes: ({ messageSize, limitsOutput, timeout, wakesNobody, trustMs, tracks, ...flaws }) => [
    ...group('redis', 1, flawedRedis({ wakesNobody }), {
      quorum: 0,
      parameters: {
        save: '',
        maxclients: 80,
        timeout,
        'client-output-buffer-limit': limitsOutput ? `pubsub ${hard} ${soft} 2` : 'pubsub 0 0 0',
      },
    }),
    ...group('client', 3, redisWorkload({ server }), { quorum: 0, operations: redisOperations }),
    node('publisher', redisPublisher(server, messageSize)),
    ...group('deaf', 2, deafReader(server), { quorum: 0 }),
    ...group(
      'peer',
      5,
      slowPeer({
        server,
        port: redisPort,
        opening: '*3\r\n$3\r\nSET\r\n$5\r\nhal',
        every: ms(500),
        drips: false,
      }),
      { quorum: 0 },
    ),
    node('producer', redisProducer(server)),
    ...group('worker', workers.length, redisWorker(server, workers, flaws), { quorum: 0 }),
    ...group('consumer', 2, redisConsumer(server, flaws), { quorum: 0 }),
    node('raiser', redisRaiser(server)),
    ...group('cached', 2, cachingReader(server, { trust: ms(trustMs), tracks }), { quorum: 0 }),
    node('observer', redisObserver(server)),
  ],
  faults: [
    pauses({ of: ['redis', ...waiters], every: seconds(3), for: [ms(50), ms(400)] }),
    packetLoss({ every: seconds(8), ratio: [0.01, 0.1] }),
    narrowLinks({ of: [...waiters, 'deaf'], every: seconds(6) }),
    crashes({ of: ['client', ...waiters], every: seconds(2), for: [ms(50), seconds(1)] }),
    clockSteps({ of: 'redis', every: seconds(2), by: [ms(100), minutes(10)] }),
    clockSteps({ every: seconds(2), by: [ms(100), minutes(10)] }),
    // Only who waits is cut off: whoever is cut off with them would not be served for that reason.
    partitions({ of: waiters, shapes: ['isolate'], every: seconds(4), for: [ms(200), ms(1500)] }),
  ],
  invariants: [
    ofNodes('client', othersAreServed),
    waitingIsBounded(hard),
    whoDoesNotReadIsEnded(soft, endedWithin),
    givenToOne('job', 'job'),
    nothingStaysBehind('job', 'push', seconds(8)),
    nobodyWaitsInVain,
    givenToOne('entry', 'entry.given'),
    nothingStaysBehind('entry', 'add', seconds(8)),
    deliveredIsPending,
    cachesAreFresh(ms(500)),
    eventually(operationsSucceed(['client', 'publisher', 'producer']), { within: seconds(10) }),
  ],
  duration: seconds(20),
  settle: seconds(12),
})

export default redisSlowPeers
