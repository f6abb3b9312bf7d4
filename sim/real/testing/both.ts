// Runs the same programs in the simulation and on this machine's sockets and files: what both environments must agree on.

import { createServer } from 'node:net'

import type { Program } from '../../env.ts'
import { run } from '../../run.ts'
import { node, scenario } from '../../scenario.ts'
import { seconds } from '../../time.ts'
import { type Address, messagesPort, RealNode } from '../index.ts'

/** Programs by the names of their nodes. They tell what they saw by `note`, and end by themselves. */
export type Cast = (note: (line: string) => void) => Readonly<Record<string, Program>>

/** What the nodes noted, in their order. */
export type Stage = (cast: Cast, ports?: readonly number[]) => Promise<readonly string[]>

/** Plays it in the simulation. */
export const simulated: Stage = async (cast) => {
  const notes: string[] = []
  const programs = cast((line) => void notes.push(line))
  const nodes = Object.entries(programs).map(([name, program]) => node(name, program))
  const played = scenario({ title: 'on both', nodes: () => nodes, duration: seconds(20) })
  const { violations } = await run(played, { seed: 1, isChecked: false })
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return notes
}

/** Plays it on this machine. Every program but those that only serve has to end. */
export const real: Stage = async (cast, ports = [7]) => {
  const notes: string[] = []
  const programs = cast((line) => void notes.push(line))
  const places = new Map<string, Map<number, Address>>()
  for (const name of Object.keys(programs)) {
    const own = new Map<number, Address>()
    for (const port of [messagesPort, ...ports]) own.set(port, { host: '127.0.0.1', port: await freePort() })
    places.set(name, own)
  }
  const peers = new Map<string, Address | string>()
  for (const [name, own] of places) {
    peers.set(name, '127.0.0.1')
    for (const [port, address] of own) peers.set(`${name}:${port}`, address)
  }
  const nodes = Object.entries(programs).map(
    ([name, program]) =>
      new RealNode({ name, program, peers, listen: places.get(name) ?? new Map(), seed: 1 }),
  )
  for (const each of nodes) await each.start()
  const [, ...others] = nodes
  for (const each of others) {
    const { code, error } = await each.ended
    if (code !== 0) throw new Error(error ?? `ended with ${code}`)
  }
  for (const each of nodes) await each.stop()
  return notes
}

/** A port that nobody has just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
  })
}
