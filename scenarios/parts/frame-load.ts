// Clients and a server of frames as the scenarios use them: half of the clients find their answers by ids, half by order.

import { arrive } from '../zoo/parts/arrivals.ts'
import { fold } from '../../invariants/index.ts'
import {
  FrameClient,
  type FrameContext,
  type FrameServerOptions,
  jsonLines,
  RequestError,
  serveFrames,
} from '../../nodes/transport/index.ts'
import {
  type Data,
  type DataRecord,
  type Env,
  type Invariant,
  ms,
  perSecond,
  type Program,
  seconds,
  us,
} from '../../sim/index.ts'

/** The bugs that can be planted. */
export const plants: readonly string[] = ['none', 'overtaking-answers', 'sent-called-unsent']

/** Where the server listens. */
export const framePort = 7
const work = us(500)

/** Bounds of the server. */
export type FrameServerLimits = Pick<
  FrameServerOptions<Data>,
  'connectionsMax' | 'frameTimeout' | 'writeTimeout' | 'idleTimeout'
>

/** Answers each question with what was asked, after some work. */
export function frameServer(plant: string, limits: FrameServerLimits = {}): Program {
  const answer = async (
    frame: Data,
    { env, push }: Pick<FrameContext<Data>, 'env' | 'push'>,
  ): Promise<void> => {
    const { token } = frame as { readonly token: string }
    await env.cpu.work(work)
    env.probe('served', token)
    await push({ ...(frame as DataRecord), answer: token })
  }
  return async (env) => {
    await serveFrames<Data>(env, {
      ...limits,
      port: framePort,
      framing: jsonLines(1000),
      handler: async (frame, context) => {
        const told = { env, push: (each: Data) => context.push(each) }
        if (plant === 'overtaking-answers' && env.random.boolean(0.2))
          env.spawn(async () => {
            await env.sleep(ms(40))
            await answer(frame, told).catch(() => undefined)
          })
        else await answer(frame, told)
        return null
      },
    })
  }
}

/** Asks, whatever became of earlier questions. */
export function frameClient(plant: string): Program {
  return (env) => {
    const hasIds = env.name.endsWith('1')
    const asked = new FrameClient<Data>(env, {
      host: 'server-1',
      port: framePort,
      framing: jsonLines(1000),
      backoff: { base: ms(20), max: ms(500) },
      connectTimeout: ms(500),
      silenceMax: seconds(1),
      ...(hasIds ? { idOf: (frame) => (frame as { readonly id: number }).id } : {}),
    })
    for (const lane of [1, 2])
      arrive(env, {
        every: perSecond(20),
        mix: [[1, 'ask']],
        call: (_f, at) => ask(env, { asked, plant, id: 10 * at + lane }),
      })
  }
}

interface Question {
  readonly asked: FrameClient<Data>
  readonly plant: string
  readonly id: number
}

async function ask(env: Env, { asked, plant, id }: Question): Promise<void> {
  const token = `${env.name}/${env.incarnation}/${id}`
  const operation = env.invoke({ f: 'ask', value: token, process: token })
  try {
    const frame = await asked.request({ id, token }, ms(300))
    operation.ok((frame as { readonly answer: string }).answer)
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.isSent && plant !== 'sent-called-unsent') operation.info(error.kind)
    else operation.fail(error.kind)
  }
}

/** Whoever asks gets the answer to that, and to nothing else. */
export const frameAnswersBelong: Invariant = fold({
  name: 'answers belong to their requests',
  kinds: ['operation'],
  initial: () => ({ asked: new Map<string, Data>(), answered: 0 }),
  on: (state, { phase, process, value }) => {
    if (phase === 'invoke') state.asked.set(process, value ?? null)
    if (phase !== 'ok') return null
    state.answered++
    const question = state.asked.get(process)
    return question === value ? null : `asked ${JSON.stringify(question)}, and got ${JSON.stringify(value)}`
  },
  looked: ({ answered }) => answered,
})

/** A request that is said not to have been sent was not. */
export const unsentIsUnserved: Invariant = fold({
  name: 'what was not sent is not served',
  kinds: ['operation', 'probe'],
  unit: 'probes served',
  initial: () => ({ served: new Set<Data>(), unsent: new Set<Data>() }),
  on: ({ served, unsent }, event) => {
    if (event.kind === 'operation' && event.phase === 'fail') unsent.add(event.process)
    else if (event.kind === 'probe' && event.name === 'served') served.add(event.value)
    else return null
    const token = event.kind === 'probe' ? event.value : event.process
    return served.has(token) && unsent.has(token) ? `${JSON.stringify(token)} was served` : null
  },
  looked: ({ served }) => served.size,
})
