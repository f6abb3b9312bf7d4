// What a monitor is told: which master it watches, how many have to agree, and who the other monitors are.

import type { DataRecord } from '../../../sim/index.ts'

/** Where something listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** The settings of a monitor. Times in milliseconds. */
export interface SentinelSettings {
  /** What clients call the master (`name`, default `main`). */
  readonly name: string
  /** The master at the beginning (`master`, as `host port`). */
  readonly master: Address
  /** Its replicas as far as they are known at the beginning (`replicas`, a list of `host port`); others are found. */
  readonly replicas: readonly Address[]
  /** Other monitors (`sentinels`, a list of `host port`), the monitor itself may be among them; others are found. */
  readonly sentinels: readonly Address[]
  /** How many monitors have to find the master down (`quorum`, default and null: a majority). */
  readonly quorum: number | null
  /** How long something may not answer before it is down (`down-after-milliseconds`, default 30,000). */
  readonly downAfter: number
  /** How long a failover may take before another is tried (`failover-timeout`, default 180,000). */
  readonly failoverTimeout: number
  readonly port: number
}

/** Where a monitor listens unless its parameter `port` says otherwise. */
export const sentinelPort = 26_379

/** Reads the parameters of a monitor. Throws an Error that names the one that is wrong, what it is and what was wanted. */
export function sentinelSettings(parameters: DataRecord): SentinelSettings {
  const master = addressOf(parameters['master'])
  if (master === null) throw wrong('master', parameters['master'], '"host port"')
  return {
    name: textOf(parameters, 'name', 'main'),
    master,
    replicas: addresses(parameters, 'replicas'),
    sentinels: addresses(parameters, 'sentinels'),
    quorum: parameters['quorum'] === undefined ? null : numberOf(parameters, 'quorum', 1),
    downAfter: numberOf(parameters, 'down-after-milliseconds', 30_000),
    failoverTimeout: numberOf(parameters, 'failover-timeout', 180_000),
    port: numberOf(parameters, 'port', sentinelPort),
  }
}

/** `host port` as one text: what tells servers apart. */
export function addressText({ host, port }: Address): string {
  return `${host} ${port}`
}

/** Reads `host port`; null for anything else. */
export function addressOf(text: unknown): Address | null {
  const match = typeof text === 'string' ? /^([^ ]+) ([1-9][0-9]{0,4})$/.exec(text) : null
  const [, host, port] = match ?? []
  return host === undefined || Number(port) > 65_535 ? null : { host, port: Number(port) }
}

function addresses(parameters: DataRecord, name: string): readonly Address[] {
  const list = parameters[name] ?? []
  if (!Array.isArray(list)) throw wrong(name, list, 'a list of "host port"')
  return list.map((text: unknown) => {
    const address = addressOf(text)
    if (address === null) throw wrong(name, text, 'a list of "host port"')
    return address
  })
}

function textOf(parameters: DataRecord, name: string, initial: string): string {
  const value = parameters[name] ?? initial
  if (typeof value !== 'string' || value === '') throw wrong(name, value, 'a text')
  return value
}

function numberOf(parameters: DataRecord, name: string, initial: number): number {
  const value = parameters[name] ?? initial
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
    throw wrong(name, value, 'a number from 1')
  return value
}

function wrong(name: string, got: unknown, wanted: string): Error {
  return new Error(`sentinel: parameter ${name}: got ${JSON.stringify(got)}, wanted ${wanted}`)
}
