// A balancer, its back-ends and a client, in the simulation and on sockets: the same is expected of both.

import { loadBalancer } from '../index.ts'
import { withNet } from '../proxy-protocol/with-net.ts'
import { type DataRecord, type Env, ms } from '../../../sim/index.ts'
import { real, simulated, type Stage } from '../../../sim/real/testing/both.ts'
import { Fields, HttpClient, type HttpClientRequest, type HttpHandler, serveHttp } from '../../http/index.ts'

/** Where it is played. */
export const stages: readonly (readonly [name: string, stage: Stage])[] = [
  ['in the simulation', simulated],
  ['on sockets', real],
]

/** What is played: back-ends by name, of which `backendAt` says where they are, and a client that notes what it sees of `lb`. */
export interface BothPlay {
  readonly parameters?: DataRecord
  readonly backends: Readonly<Record<string, HttpHandler>>
  readonly client: (env: Env, note: (line: string) => void) => Promise<void>
  /** Told of what the balancer publishes. */
  readonly onProbe?: Env['probe']
}

const firstPort = 1001

/** The back-end of a place, as a list has it. */
export function backendAt(name: string, place: number, more: DataRecord = {}): DataRecord {
  return { name, host: 'client', port: firstPort + place, ...more }
}

/** Plays it; what the client noted. The balancer is at port 80, and at 81 for operators. */
export function playOn(
  stage: Stage,
  { parameters = {}, backends, client, onProbe }: BothPlay,
): Promise<readonly string[]> {
  const handlers = Object.entries(backends)
  const list = handlers.map(([name], place) => backendAt(name, place))
  const own = { port: 80, adminPort: 81, adminHost: '0.0.0.0', check: 'none', backends: list, ...parameters }
  const ports = [80, 81, ...handlers.map((_, place) => firstPort + place)]
  return stage(
    (note) => ({
      lb: (env) => {
        const probe: Env['probe'] = (name, value) => {
          onProbe?.(name, value)
          env.probe(name, value)
        }
        return loadBalancer({ ...withNet(env, {}), parameters: own, probe })
      },
      // Back-ends end with the client.
      client: async (env) => {
        for (const [place, [, handler]] of handlers.entries())
          await serveHttp(env, { port: firstPort + place, handler })
        await env.sleep(ms(50))
        await client(env, note)
        env.exit()
      },
    }),
    { ports },
  )
}

/** One that says its name. */
export function saying(name: string): HttpHandler {
  return () => ({ status: 200, headers: new Fields(), body: name })
}

/** Asks the balancer on a connection of its own: the status and the body of the answer, and its header. */
export async function asking(
  env: Env,
  request: Partial<HttpClientRequest> = {},
): Promise<{ readonly text: string; readonly headers: Fields }> {
  const client = new HttpClient(env, { retriesMax: 0 })
  const response = await client.request({ url: 'http://lb/', ...request })
  const text = `${response.status} ${(await response.text()).trim()}`
  client.close()
  return { text, headers: response.headers }
}

/** Puts a list of back-ends in force; the status of the answer. */
export async function putList(env: Env, list: readonly DataRecord[]): Promise<string> {
  const body = JSON.stringify(list)
  const { text } = await asking(env, { url: 'http://lb:81/backends', method: 'PUT', body })
  return text.slice(0, 3)
}
