// Runs the same programs in the simulation and on this machine's sockets and files: what both environments must agree on.

import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Program } from '../../env.ts'
import type { Event } from '../../event.ts'
import { run } from '../../run.ts'
import { node, scenario } from '../../scenario.ts'
import { seconds } from '../../time.ts'
import { type Address, messagesPort, RealNode } from '../index.ts'

/** Programs by the names of their nodes. They tell what they saw by `note`, and end by themselves. */
export type Cast = (note: (line: string) => void) => Readonly<Record<string, Program>>

/** What a play needs besides its cast. */
export interface StageOptions {
  /** On which ports its programs listen. */
  readonly ports?: readonly number[]
  /** Whether the first node may fail: by an error of its own, or by a crash when it publishes the probe `crash`. */
  readonly mayFail?: boolean
}

/** What the nodes noted, in their order. */
export type Stage = (cast: Cast, options?: StageOptions) => Promise<readonly string[]>

/** Plays it in the simulation. */
export const simulated: Stage = async (cast, { mayFail = false } = {}) => {
  const notes: string[] = []
  const programs = Object.entries(cast((line) => void notes.push(line)))
  const first = programs[0]?.[0] ?? ''
  const played = scenario({
    title: 'on both',
    nodes: () => programs.map(([name, program]) => node(name, program)),
    faults: [{ kind: 'crash', node: first, when: { kind: 'probe', where: { name: 'crash' } } }],
    exitsAllowed: mayFail ? [1] : [],
    duration: seconds(20),
  })
  const { violations } = await run(played, { seed: 1, isChecked: false })
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return notes
}

/** Plays it on sockets of this machine of which `place` makes the addresses. */
function onSockets(place: (folder: string, name: string) => Promise<Address>): Stage {
  return async (cast, { ports = [7], mayFail = false } = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-stage-'))
    const notes: string[] = []
    const programs = cast((line) => void notes.push(line))
    const places = new Map<string, ReadonlyMap<number, Address>>()
    for (const name of Object.keys(programs)) {
      const own = new Map<number, Address>()
      for (const port of [messagesPort, ...ports]) own.set(port, await place(folder, `${name}-${port}`))
      places.set(name, own)
    }
    await playReal(programs, places, mayFail)
    rmSync(folder, { recursive: true, force: true })
    return notes
  }
}

/** Every program but the first, which may only serve, has to end. */
async function playReal(
  programs: Readonly<Record<string, Program>>,
  places: ReadonlyMap<string, ReadonlyMap<number, Address>>,
  mayFail: boolean,
): Promise<void> {
  const peers = peersAt(places)
  const nodes = Object.entries(programs).map(([name, program], index) => {
    const listen = places.get(name) ?? new Map<number, Address>()
    const host = hostOf(listen)
    const onEvent = (event: Event): void => {
      // Not in the middle of the step that asks for it.
      if (index === 0 && mayFail && event.kind === 'probe' && event.name === 'crash')
        setImmediate(() => each.kill())
    }
    const each = new RealNode({ name, program, peers, listen, seed: 1, onEvent, ...host })
    return each
  })
  for (const each of nodes) await each.start()
  const [first, ...others] = nodes
  for (const each of others) {
    const { code, error } = await each.ended
    if (code !== 0) throw new Error(error ?? `ended with ${code}`)
  }
  for (const each of others) await each.stop()
  const end = await first?.stop()
  if (!mayFail && end?.error !== undefined) throw new Error(end.error)
}

function peersAt(
  places: ReadonlyMap<string, ReadonlyMap<number, Address>>,
): ReadonlyMap<string, Address | string> {
  const peers = new Map<string, Address | string>()
  for (const [name, own] of places) {
    const { host } = hostOf(own)
    // A name has to be known for messages to go there.
    peers.set(name, host ?? [...own.values()][0] ?? '')
    for (const [port, address] of own) peers.set(`${name}:${port}`, address)
  }
  return peers
}

function hostOf(own: ReadonlyMap<number, Address>): { readonly host?: string } {
  for (const address of own.values()) if ('host' in address) return { host: address.host }
  return {}
}

const on = (host: string) => async (): Promise<Address> => ({ host, port: await freePort(host) })

/** Plays it on the loopback of IPv4. */
export const real: Stage = onSockets(on('127.0.0.1'))

/** Plays it on the loopback of IPv6. */
export const realIpv6: Stage = onSockets(on('::1'))

/** Plays it on Unix sockets. */
export const realUnix: Stage = onSockets((folder, name) => Promise.resolve({ path: join(folder, name) }))

/** Below those that systems give to connections that go out (32,768 and up on Linux): only a test may take one meanwhile. */
const freePorts = [10_000, 32_768] as const
const given = new Set<number>()

/** A port of a loopback that nobody has just now, and that was not given before. */
export async function freePort(host: string = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    // Drawn: other processes look for ports at the same time.
    const port = randomInt(...freePorts)
    if (given.has(port) || !(await isFree(host, port))) continue
    given.add(port)
    return port
  }
  throw new Error(`no free port of ${host} between ${freePorts.join(' and ')}`)
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}

/** The code of the error with which a promise rejects; `got …` where it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    return `got ${String(await promise)}`
  } catch (error) {
    return String((error as { readonly code?: unknown }).code)
  }
}
