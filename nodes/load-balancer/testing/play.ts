// A balancer in a simulation, with back-ends and one client, for tests of what it does.

import { loadBalancer } from '../index.ts'
import {
  type Connection,
  type DataRecord,
  type Event,
  type FaultSource,
  NetError,
  node,
  type Program,
  run,
  scenario,
  seconds,
} from '../../../sim/index.ts'
import { Fields, type HttpHandler, serveHttp } from '../../http/index.ts'

/** Who plays: back-ends by name, and a client that notes what it sees of `lb`. */
export interface Play {
  readonly parameters?: DataRecord
  readonly backends: Readonly<Record<string, Program>>
  readonly client: (env: Parameters<Program>[0], note: (line: string) => void) => Promise<void>
  readonly faults?: readonly FaultSource[]
  /** How long it may take, in virtual seconds (default 20). */
  readonly length?: number
}

/** What came of it: what the client noted, and the probes of the balancer as text. */
export interface Played {
  readonly notes: readonly string[]
  readonly probes: readonly string[]
}

/** Plays it on seed 1. Throws when a program ended by an error. */
export async function play({
  parameters = {},
  backends,
  client,
  faults = [],
  length = 20,
}: Play): Promise<Played> {
  const notes: string[] = []
  const probes: string[] = []
  const names = Object.keys(backends)
  const list = names.map((name) => ({ name, host: name, port: 80 }))
  const played = scenario({
    title: 'a balancer between a client and back-ends',
    nodes: () => [
      ...names.map((name) => node(name, backends[name] ?? (() => undefined))),
      node('lb', loadBalancer, { parameters: { port: 80, backends: list, check: 'none', ...parameters } }),
      node('client', async (env) => {
        await env.sleep(seconds(1))
        await client(env, (line) => void notes.push(line))
      }),
    ],
    faults: [...faults],
    unrestricted: true,
    duration: seconds(length),
  })
  const onEvent = (event: Event): void => {
    if (event.kind === 'probe' && event.node === 'lb')
      probes.push(`${event.name} ${JSON.stringify(event.value)}`)
  }
  const { violations } = await run(played, { seed: 1, isChecked: false, onEvent })
  if (violations.length > 0) throw new Error(JSON.stringify(violations))
  return { notes, probes }
}

/** A back-end of HTTP. */
export function httpBackend(handler: HttpHandler): Program {
  return async (env) => {
    await serveHttp(env, { port: 80, handler })
  }
}

/** One that says its name, and what it was asked. */
export const telling: Program = async (env) => {
  await serveHttp(env, {
    port: 80,
    handler: async ({ method, target, body }) => {
      let size = 0
      for await (const bytes of body) size += bytes.length
      return { status: 200, headers: new Fields(), body: `${env.name} ${method} ${target} ${size}` }
    },
  })
}

/** One that does something with each connection, which must not end the program. */
export function rawBackend(serve: (connection: Connection, count: number) => Promise<void>): Program {
  return async (env) => {
    let count = 0
    for await (const connection of await env.net.listen(80)) {
      count++
      const number = count
      env.spawn(async () => {
        try {
          await serve(connection, number)
        } catch (error) {
          if (!(error instanceof NetError)) throw error
        }
      })
    }
  }
}

/** Reads until there is so much, or the end. */
export async function readText(connection: Connection, until = '\u0000'): Promise<string> {
  let text = ''
  for (let bytes = await connection.read(); bytes !== null; bytes = await connection.read()) {
    text += new TextDecoder('latin1').decode(bytes)
    if (text.includes(until)) return text
  }
  return text
}
