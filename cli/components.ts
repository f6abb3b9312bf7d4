// What `faultline serve` can serve: the components of the library by their names, or the program of anybody's file.

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { UsageError } from './usage-error.ts'
import { chat, chatParameterNames, chatPort, chatWebPort } from '../nodes/chat/index.ts'
import { echo, echoPort } from '../nodes/echo/index.ts'
import { httpDemo, httpParameterNames, httpPort } from '../nodes/http/index.ts'
import { kvStore, storeClient } from '../nodes/kv/index.ts'
import { balancerSettingNames, loadBalancer, loadBalancerPort } from '../nodes/load-balancer/index.ts'
import { raftRedis, redis, redisPort, redisSentinel, sentinelPort } from '../nodes/redis/index.ts'
import { restDemo, restPort } from '../nodes/rest/index.ts'
import { websocketEcho, websocketEchoPort } from '../nodes/websocket/index.ts'
import { type DataRecord, perSecond, type Program } from '../sim/index.ts'

/** A program that can be served. */
export interface Component {
  readonly about: string
  readonly program: Program
  /** The port that `--port` is about; none where it only sends messages. */
  readonly port?: number
  /** Whether it tells others where it listens: then it is told the port that `--port` chooses, as its parameter `port`. */
  readonly tellsPort?: boolean
  /** What `--set` may say; absent where the program itself knows what it takes and refuses the rest. */
  readonly parameters?: readonly string[]
  /** What is set beyond what is said where somebody writes a log (`--log`). */
  readonly parametersWhenLogged?: DataRecord
  /** Which of these it cannot do without. */
  readonly parametersNeeded?: readonly string[]
  /** Whether it is nothing without messages of others (`--messages`). */
  readonly needsMessages?: boolean
}

/** The components by name. */
export const components: ReadonlyMap<string, Component> = new Map<string, Component>([
  [
    'echo',
    {
      about: 'sends back whatever arrives (TCP and UDP)',
      program: echo,
      port: echoPort,
      parameters: ['port'],
    },
  ],
  [
    'http',
    {
      about: 'answers requests with which HTTP clients can be tried',
      program: httpDemo,
      port: httpPort,
      parameters: ['port', ...httpParameterNames],
      parametersWhenLogged: { log: 'requests' },
    },
  ],
  [
    'chat',
    {
      about: `a chat: lines on port ${chatPort}, a page with WebSocket on ${chatWebPort}; rooms are kept in --data`,
      program: chat({ compression: {} }),
      port: chatPort,
      parameters: chatParameterNames,
      parametersWhenLogged: { log: 'messages' },
    },
  ],
  [
    'websocket',
    {
      about: 'sends back each message of a WebSocket, compressed where the client offers it',
      program: websocketEcho({ compression: {} }),
      port: websocketEchoPort,
      parameters: ['port'],
    },
  ],
  [
    'kv',
    {
      about: 'a replica of the key-value store on Raft; --set group=[…] names all replicas',
      program: kvStore({}),
      parameters: ['group', 'voters'],
      parametersNeeded: ['group'],
      needsMessages: true,
    },
  ],
  [
    'load-balancer',
    {
      about: 'balances load; --set backends=["HOST:PORT",…], --set mode=http|tcp, --set adminPort=8081',
      program: loadBalancer,
      port: loadBalancerPort,
      parameters: balancerSettingNames(),
    },
  ],
  [
    'redis',
    {
      about: 'a Redis 7.0 server (RESP2, RESP3); --set maxmemory=… and other settings of redis.conf',
      program: redis,
      port: redisPort,
      tellsPort: true,
    },
  ],
  [
    'redis-raft',
    {
      about:
        'a replica of a Redis on a Raft log; --set group=[…] names all replicas, --messages where this one hears them',
      program: raftRedis(),
      port: redisPort,
      parametersNeeded: ['group'],
      needsMessages: true,
    },
  ],
  [
    'redis-sentinel',
    {
      about: 'fails a Redis master over; --set master="host port", sentinels=[…], quorum=2',
      program: redisSentinel,
      port: sentinelPort,
      parameters: [
        'name',
        'master',
        'replicas',
        'sentinels',
        'quorum',
        'down-after-milliseconds',
        'failover-timeout',
        'port',
      ],
      parametersNeeded: ['master'],
    },
  ],
  [
    'rest',
    {
      about: 'an inventory as a REST API (GET /openapi.json); --set compresses=true, --set inMemory=true',
      program: restDemo,
      port: restPort,
      parameters: ['compresses', 'inMemory', 'isIdempotent', 'items', 'port', ...httpParameterNames],
      parametersWhenLogged: { log: 'requests' },
    },
  ],
  [
    'kv-client',
    {
      about: 'asks the store 30 times a second and records what came of it; --set replicas=[…]',
      program: storeClient({ keys: 4, rate: perSecond(30) }),
      parameters: ['replicas'],
      parametersNeeded: ['replicas'],
      needsMessages: true,
    },
  ],
])

/** What is wrong with the parameters of a component before it runs; null where nothing is. */
export function parameterProblem(name: string, given: ReadonlySet<string>): string | null {
  const { parameters, parametersNeeded = [] } = components.get(name) ?? {}
  const known = parameters === undefined ? given : new Set(parameters)
  const words = parameters === undefined || parameters.length === 0 ? 'none' : parameters.join(', ')
  for (const each of given)
    if (!known.has(each))
      return `--set ${each}: got no parameter of ${name}, wanted ${words === 'none' ? 'none: it has no parameters' : `one of ${words}`}`
  const missing = parametersNeeded.find((each) => !given.has(each))
  return missing === undefined ? null : `serve ${name}: got no --set ${missing}=…, which it needs`
}

/** The components as `serve --help` lists them. */
export function componentList(): string {
  const width = Math.max(...[...components.keys()].map((name) => name.length))
  return [...components]
    .map(([name, { about, port, parameters = [], parametersNeeded = [] }]) => {
      const takes = [...new Set([...parametersNeeded, ...parameters])]
      const more = [
        ...(port === undefined ? [] : [`port ${port}`]),
        ...(takes.length === 0 ? [] : [`--set ${takes.join(', ')}`]),
      ]
      return [
        `  ${name.padEnd(width)}  ${about}`,
        ...(more.length === 0 ? [] : [`  ${' '.repeat(width)}  ${more.join('; ')}`]),
      ].join('\n')
    })
    .join('\n')
}

/** The component of a name, or the default export of a file. Rejects with a UsageError that says what there is. */
export async function findComponent(nameOrPath: string): Promise<Component> {
  const known = components.get(nameOrPath)
  if (known !== undefined) return known
  const path = resolve(nameOrPath)
  if (!/\.[cm]?[jt]s$/.test(path) || !existsSync(path))
    throw new UsageError(
      `serve "${nameOrPath}": got no component and no file, wanted one of ${[...components.keys()].join(', ')}, or the path of a .ts or .js file whose default export is a program`,
    )
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  if (typeof module.default !== 'function')
    throw new UsageError(`${nameOrPath}: got no function as default export, wanted a program: (env) => …`)
  return { about: path, program: module.default as Program }
}
