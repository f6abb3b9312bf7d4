// A saga (Garcia-Molina and Salem, 1987): a trip books a flight, a hotel and a payment one after the other; when a step is
// refused or does not answer, what may have been done is compensated, in reverse, each as often as it takes to be answered.

import { arrive } from './arrivals.ts'
import { answers, asker } from './asker.ts'
import { fold } from '../../../invariants/index.ts'
import {
  type DataRecord,
  type Env,
  type EventOf,
  type Finding,
  group,
  type Invariant,
  ms,
  type NodeId,
  type NodeSpec,
  node,
  type Program,
  seconds,
} from '../../../sim/index.ts'

const services: readonly NodeId[] = ['service-1', 'service-2', 'service-3']
const patience = ms(40)

/** What a service does about messages that come twice, or late. */
export interface SagaRules {
  /** Whether a compensation that was run is run again when it is asked for again. */
  readonly compensatesTwice: boolean
  /** Whether an action is taken although its compensation came before it. */
  readonly actsAfterCompensation: boolean
}

/** Services as they are right: each step is idempotent, and a compensation forbids its action. */
export const rightSaga: SagaRules = { compensatesTwice: false, actsAfterCompensation: false }

/** The machines: an orchestrator, three services, and clients that book trips, some of which the last service refuses. */
export function sagaNodes(rules: SagaRules): readonly NodeSpec[] {
  return [
    ...services.map((name) => node(name, service(rules))),
    node('orchestrator', orchestrator),
    ...group('client', 2, client, { quorum: 0, operations: ['book', 'book-unpaid'] }),
  ]
}

/** Takes an action, or gives it back; an effect is what a customer sees of it. */
function service({ compensatesTwice, actsAfterCompensation }: SagaRules): Program {
  return (env) => {
    const done = new Set<string>()
    const compensated = new Set<string>()
    answers(env, 'act', ({ saga, isPaid }) => {
      const name = saga as string
      const isRefused = isPaid !== true && env.name === services.at(-1)
      if (isRefused || (compensated.has(name) && !actsAfterCompensation)) return { isDone: false }
      if (!done.has(name)) publishEffect(env, name, 1)
      done.add(name)
      return { isDone: true }
    })
    answers(env, 'compensate', ({ saga }) => {
      const name = saga as string
      if (done.has(name) && (compensatesTwice || !compensated.has(name))) publishEffect(env, name, -1)
      compensated.add(name)
      return {}
    })
  }
}

function publishEffect(env: Env, saga: string, change: 1 | -1): void {
  env.probe('effect', { saga, change })
}

/** Runs sagas. */
const orchestrator: Program = (env) => {
  const ask = asker(env, patience)

  /** How many of the steps may have been taken, and whether all of them were. */
  const act = async (step: DataRecord): Promise<{ readonly count: number; readonly isDone: boolean }> => {
    for (const [place, name] of services.entries()) {
      const answer = await ask(name, { ...step, kind: 'act' })
      if (answer?.['isDone'] !== true) return { count: answer === null ? place + 1 : place, isDone: false }
    }
    return { count: services.length, isDone: true }
  }
  const compensate = async (saga: string, count: number): Promise<void> => {
    for (const name of services.slice(0, count).toReversed())
      while ((await ask(name, { kind: 'compensate', saga })) === null);
  }
  env.messages.on('book', async ({ id = null, saga, isPaid = null }, source) => {
    const name = saga as string
    const { count, isDone } = await act({ saga: name, isPaid })
    if (!isDone) await compensate(name, count)
    env.probe('saga ended', { saga: name, isDone })
    env.messages.send(source, { kind: 'answer', id, isDone })
  })
}

/** Books trips. */
const client: Program = (env) => {
  const ask = asker(env, seconds(2))
  const call = async (f: 'book' | 'book-unpaid', place: number): Promise<void> => {
    const saga = `${env.name}.${place}`
    const operation = env.invoke({ f, value: saga })
    const answer = await ask('orchestrator', { kind: 'book', saga, isPaid: f === 'book' })
    if (answer === null) operation.info('no answer')
    else operation.ok(answer['isDone'])
  }
  const mix = [
    [2, 'book'],
    [1, 'book-unpaid'],
  ] as const
  arrive(env, { every: ms(100), mix, call })
}

/** Of a saga each service shows the whole effect or none: never less than none, and from its end on what the saga says. */
export const allOrNothing: Invariant = fold({
  name: 'sagas are all or nothing',
  kinds: ['probe'],
  unit: 'probes effect and saga ended',
  initial: (): Sagas => ({ effects: new Map(), ended: new Map() }),
  on: (sagas, event) => {
    if (event.name === 'effect') return onEffect(sagas, event)
    return event.name === 'saga ended' ? onEnd(sagas, event) : null
  },
  looked: ({ ended }) => ended.size,
})

interface Sagas {
  /** How often a service's action counts, by saga and service, and the event since when. */
  readonly effects: Map<string, { readonly count: number; readonly seq: number }>
  readonly ended: Map<string, { readonly isDone: boolean; readonly seq: number }>
}

function onEffect({ effects, ended }: Sagas, { node: by, value, seq }: EventOf<'probe'>): Finding | null {
  const { saga, change } = value as { readonly saga: string; readonly change: number }
  const place = `${saga} at ${by}`
  const before = effects.get(place)
  const count = (before?.count ?? 0) + change
  effects.set(place, { count, seq })
  if (count < 0) return violated(`a compensation took effect twice\n${place}`, seq, before?.seq)
  const end = ended.get(saga)
  if (end === undefined || count === (end.isDone ? 1 : 0)) return null
  return violated(`an action took effect although its saga was undone\n${place}`, seq, end.seq)
}

function onEnd({ effects, ended }: Sagas, { value, seq }: EventOf<'probe'>): Finding | null {
  const { saga, isDone } = value as { readonly saga: string; readonly isDone: boolean }
  ended.set(saga, { isDone, seq })
  for (const name of services) {
    const effect = effects.get(`${saga} at ${name}`)
    if ((effect?.count ?? 0) !== (isDone ? 1 : 0))
      return violated(
        `an action took effect although its saga was undone\n${saga} at ${name}`,
        seq,
        effect?.seq,
      )
  }
  return null
}

function violated(message: string, ...seqs: readonly (number | undefined)[]): Finding {
  return { kind: 'violated', message, witnesses: seqs.filter((seq) => seq !== undefined) }
}
