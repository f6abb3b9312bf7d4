// What a balancer is told: plain data, so that scenarios and `faultline serve --set` say it alike.

import { type BackendSpec, backendsOf } from './backend-list.ts'
import { BalancerSettingsError, SettingsReader } from './settings-reader.ts'
import { type DataRecord, type Duration, ms } from '../../../sim/index.ts'

/** Where clients come in, unless `port` says otherwise. */
export const loadBalancerPort = 8080
/** Where it is looked into and told of other back-ends, unless `adminPort` says otherwise. */
export const loadBalancerAdminPort = 8081
/**
 * The interface of that port, unless `adminHost` says otherwise: it asks nobody who they are, so that only who is on the
 * machine reaches it. `0.0.0.0` lets everybody in.
 */
export const loadBalancerAdminHost = '127.0.0.1'

/** The ways to choose: `weighted` is smooth weighted round robin. */
export const balanceNames = [
  'weighted',
  'round-robin',
  'least-connections',
  'two-choices',
  'consistent-hashing',
] as const

/** What a request is told apart by for consistent hashing. */
export type HashOn =
  { readonly kind: 'source' | 'path' } | { readonly kind: 'header' | 'cookie'; readonly name: string }

/** Settings, read. The parameter of a duration has `Ms` at its end; defaults stand in `readSettings`. */
export interface BalancerSettings {
  readonly mode: 'http' | 'tcp'
  readonly port: number
  /** 0 for no admin port. */
  readonly adminPort: number
  readonly adminHost: string
  /** Names by which it may be asked besides those of the node and of `adminHost`, `localhost` and any address; others get 421. */
  readonly adminNames: readonly string[]
  readonly backends: readonly BackendSpec[]
  readonly backendsFile: string
  readonly backendsFileEvery: Duration
  readonly balance: (typeof balanceNames)[number]
  readonly hashOn: HashOn
  readonly loadFactor: number
  readonly sticky: 'none' | 'source' | 'cookie'
  readonly stickyCookie: string
  readonly check: 'none' | 'tcp' | 'http'
  readonly checkPath: string
  readonly checkMethod: 'GET' | 'HEAD' | 'OPTIONS'
  /** What checks give as `Host`; empty for the back-end's own address. */
  readonly checkHost: string
  /** Where back-ends are checked, if not at the port at which they serve (0). */
  readonly checkPort: number
  readonly checkStatus: readonly number[]
  readonly checkEvery: Duration
  readonly checkTimeout: Duration
  readonly rise: number
  readonly fall: number
  readonly outliers: boolean
  readonly outlierFailures: number
  /**
   * How long a back-end may have had a request whose client leaves, and have said nothing to anybody, before that counts as a failure;
   * 0 where it never does.
   */
  readonly silentAfter: Duration
  readonly ejectedFor: Duration
  readonly ejectedShareMax: number
  readonly slowStart: Duration
  readonly connectTimeout: Duration
  readonly responseTimeout: Duration
  readonly idleTimeout: Duration
  /** How long the head of a request may take from its first byte on. */
  readonly headerTimeout: Duration
  readonly drainTimeout: Duration
  readonly stopTimeout: Duration
  readonly retriesMax: number
  readonly retryRatio: number
  readonly retriesPerSecondMin: number
  readonly retryStatuses: readonly number[]
  readonly retryBufferMax: number
  readonly bodyMax: number
  readonly connectionsMax: number
  readonly backendConnectionsMax: number
  readonly forwarded: 'append' | 'replace' | 'none'
  readonly via: string
  /** Whether each request, or connection of TCP, is published once it has ended: as the probe `lb.request` or `lb.connection`. */
  readonly accessLog: boolean
  readonly sendProxy: boolean
  readonly acceptProxyFrom: readonly string[]
  readonly upgrades: readonly string[]
  /**
   * Whether requests have an `X-Request-Id`, which goes to the back-end and back to the client: not from here (`none`, as clients and
   * back-ends have it), one that is made here (`make`), or the client's if it has a proper one (`accept`: for clients that are trusted).
   */
  readonly requestId: 'none' | 'make' | 'accept'
  /** Whether a client that ends its side while its request waits has left: then the request is given up. */
  readonly abortOnClose: boolean
}

/** Reads settings. Throws a BalancerSettingsError with all that is wrong with them. */
export function readSettings(given: DataRecord): BalancerSettings {
  const problems: string[] = []
  // Who is in a group of a scenario is told of it.
  const { group: _group, ...own } = given
  const reader = new SettingsReader(own, '', problems)
  const settings = allSettings(reader, problems)
  reader.refuseOthers()
  if (settings.slowStart > 0 && settings.balance === 'round-robin' && own['slowStartMs'] !== undefined)
    reader.problem('slowStartMs', 'it with round-robin, which takes no notice of weights', 'balance=weighted')
  if (settings.mode === 'tcp' && (settings.sticky === 'cookie' || settings.hashOn.kind !== 'source'))
    reader.problem('mode', 'tcp with cookies, headers or paths', 'sticky and hashOn by source')
  if (problems.length > 0) throw new BalancerSettingsError(problems)
  return settings
}

/** The names of all settings. */
export function balancerSettingNames(): readonly string[] {
  const reader = new SettingsReader({})
  allSettings(reader, [])
  return reader.names
}

function allSettings(reader: SettingsReader, problems: string[]): BalancerSettings {
  return {
    ...frontSettings(reader),
    ...backendSettings(reader, problems),
    ...balanceSettings(reader),
    ...healthSettings(reader),
    ...timeSettings(reader),
    ...retrySettings(reader),
    ...httpSettings(reader),
  }
}

type Some<K extends keyof BalancerSettings> = Pick<BalancerSettings, K>

function frontSettings(
  reader: SettingsReader,
): Some<
  | 'mode'
  | 'port'
  | 'adminPort'
  | 'adminHost'
  | 'adminNames'
  | 'connectionsMax'
  | 'backendConnectionsMax'
  | 'accessLog'
  | 'sendProxy'
  | 'acceptProxyFrom'
> {
  return {
    mode: reader.oneOf('mode', 'http', ['http', 'tcp']),
    port: reader.whole('port', loadBalancerPort, [1, 65_535]),
    adminPort: reader.whole('adminPort', loadBalancerAdminPort, [0, 65_535]),
    adminHost: reader.text('adminHost', loadBalancerAdminHost, {
      form: /^[A-Za-z0-9._:%-]{1,253}$/,
      about: 'a name or an address',
    }),
    adminNames: reader.texts('adminNames', [], 100),
    connectionsMax: reader.whole('connectionsMax', 10_000, [1, 1_000_000]),
    backendConnectionsMax: reader.whole('backendConnectionsMax', 1000, [1, 100_000]),
    accessLog: reader.boolean('accessLog', false),
    sendProxy: reader.boolean('sendProxy', false),
    acceptProxyFrom: reader.texts('acceptProxyFrom', [], 1000),
  }
}

function backendSettings(
  reader: SettingsReader,
  problems: string[],
): Some<'backends' | 'backendsFile' | 'backendsFileEvery'> {
  const list = reader.any('backends')
  return {
    backends: list === undefined ? [] : backendsOf(list, problems),
    backendsFile: reader.text('backendsFile', '', { form: /^(?:\/.{1,1000})?$/, about: 'an absolute path' }),
    backendsFileEvery: duration(reader, 'backendsFileEveryMs', 5000, [10, 3_600_000]),
  }
}

function balanceSettings(
  reader: SettingsReader,
): Some<'balance' | 'hashOn' | 'loadFactor' | 'sticky' | 'stickyCookie' | 'slowStart'> {
  const form = /^(?:source|path|(?:header|cookie):[A-Za-z0-9_-]{1,100})$/
  const [kind = 'source', name = ''] = reader
    .text('hashOn', 'source', { form, about: 'source, path, header:NAME or cookie:NAME' })
    .split(':')
  return {
    balance: reader.oneOf('balance', 'weighted', balanceNames),
    hashOn:
      kind === 'header' || kind === 'cookie' ? { kind, name } : { kind: kind === 'path' ? 'path' : 'source' },
    loadFactor: reader.number('loadFactor', 1.25, [1.01, 1000]),
    sticky: reader.oneOf('sticky', 'none', ['none', 'source', 'cookie']),
    stickyCookie: reader.text('stickyCookie', 'faultline-backend', {
      form: /^[A-Za-z0-9_-]{1,100}$/,
      about: 'letters, digits, _ and -',
    }),
    slowStart: duration(reader, 'slowStartMs', 10_000, [0, 3_600_000]),
  }
}

function healthSettings(
  reader: SettingsReader,
): Some<
  | 'check'
  | 'checkPath'
  | 'checkMethod'
  | 'checkHost'
  | 'checkPort'
  | 'checkStatus'
  | 'checkEvery'
  | 'checkTimeout'
  | 'rise'
  | 'fall'
  | 'outliers'
  | 'outlierFailures'
  | 'silentAfter'
  | 'ejectedFor'
  | 'ejectedShareMax'
> {
  return {
    check: reader.oneOf('check', 'tcp', ['none', 'tcp', 'http']),
    checkPath: reader.text('checkPath', '/', { form: /^\/[\x21-\x7e]{0,1000}$/, about: 'a path' }),
    checkMethod: reader.oneOf('checkMethod', 'GET', ['GET', 'HEAD', 'OPTIONS']),
    checkHost: reader.text('checkHost', '', {
      form: /^[A-Za-z0-9._:[\]-]{0,260}$/,
      about: 'a name or an address, with a port or without',
    }),
    checkPort: reader.whole('checkPort', 0, [0, 65_535]),
    checkStatus: reader.wholes('checkStatus', [200, 204], [200, 599]),
    checkEvery: duration(reader, 'checkEveryMs', 2000, [10, 3_600_000]),
    checkTimeout: duration(reader, 'checkTimeoutMs', 1000, [1, 60_000]),
    rise: reader.whole('rise', 2, [1, 100]),
    fall: reader.whole('fall', 3, [1, 100]),
    outliers: reader.boolean('outliers', true),
    outlierFailures: reader.whole('outlierFailures', 5, [1, 10_000]),
    silentAfter: duration(reader, 'silentAfterMs', 500, [0, 3_600_000]),
    ejectedFor: duration(reader, 'ejectedForMs', 30_000, [1, 300_000]),
    ejectedShareMax: reader.number('ejectedShareMax', 0.5, [0, 1]),
  }
}

function timeSettings(
  reader: SettingsReader,
): Some<
  'connectTimeout' | 'responseTimeout' | 'idleTimeout' | 'headerTimeout' | 'drainTimeout' | 'stopTimeout'
> {
  const bounds = [1, 86_400_000] as const
  return {
    connectTimeout: duration(reader, 'connectTimeoutMs', 2000, bounds),
    responseTimeout: duration(reader, 'responseTimeoutMs', 30_000, bounds),
    idleTimeout: duration(reader, 'idleTimeoutMs', 60_000, bounds),
    headerTimeout: duration(reader, 'headerTimeoutMs', 10_000, bounds),
    drainTimeout: duration(reader, 'drainTimeoutMs', 30_000, bounds),
    stopTimeout: duration(reader, 'stopTimeoutMs', 5000, bounds),
  }
}

function retrySettings(
  reader: SettingsReader,
): Some<'retriesMax' | 'retryRatio' | 'retriesPerSecondMin' | 'retryStatuses' | 'retryBufferMax'> {
  return {
    retriesMax: reader.whole('retriesMax', 2, [0, 20]),
    retryRatio: reader.number('retryRatio', 0.2, [0, 100]),
    retriesPerSecondMin: reader.number('retriesPerSecondMin', 10, [0, 100_000]),
    retryStatuses: reader.wholes('retryStatuses', [], [500, 599]),
    retryBufferMax: reader.whole('retryBufferMax', 64 * 1024, [0, 16 * 1024 * 1024]),
  }
}

function httpSettings(
  reader: SettingsReader,
): Some<'bodyMax' | 'forwarded' | 'via' | 'upgrades' | 'requestId' | 'abortOnClose'> {
  return {
    bodyMax: reader.whole('bodyMax', 1024 * 1024 * 1024, [0, Number.MAX_SAFE_INTEGER]),
    forwarded: reader.oneOf('forwarded', 'append', ['append', 'replace', 'none']),
    via: reader.text('via', 'faultline', {
      form: /^[A-Za-z0-9._-]{0,100}$/,
      about: 'letters, digits, ., _ and -',
    }),
    upgrades: reader.texts('upgrades', ['websocket'], 20),
    requestId: reader.oneOf('requestId', 'none', ['none', 'make', 'accept']),
    abortOnClose: reader.boolean('abortOnClose', true),
  }
}

function duration(
  reader: SettingsReader,
  name: string,
  usual: number,
  bounds: readonly [number, number],
): Duration {
  return ms(reader.whole(name, usual, bounds))
}
