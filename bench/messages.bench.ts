// Messages through network model and handler: nodes that pass tokens on, each to its neighbours in turn, over the
// default network with its heavy tail.

import { holds100 } from './baselines.ts'
import { expectCount, type Workload } from './measure.ts'
import { measureRow, type Row } from './row.ts'
import {
  type Event,
  group,
  type Message,
  type Program,
  run,
  type RunOptions,
  type RunResult,
  type Scenario,
  scenario,
  scale,
  seconds,
} from '../sim/index.ts'

const tokensPerNode = 2
const neighboursMax = 8
/** What a token takes from one node to the next on average: about how many messages a virtual second come of it. */
const hopSeconds = 0.00094

/** A message on its way around. */
interface Token extends Message {
  readonly kind: 'token'
  readonly origin: string
  readonly hops: number
  readonly sum: number
}

/** How many messages a sample sends, and how many rounds there are. */
export interface MessageBenchOptions {
  readonly messages: number
  readonly rounds: number
}

/** The rows about messages. */
export type MessageRow = 'sync' | 'async' | 'full'

/** Measures one of the rows about messages. */
export async function benchMessages(kind: MessageRow, options: MessageBenchOptions): Promise<Row> {
  const { name, least, run } = specOf(kind, options.messages)
  const workload: Workload = { name, unit: 'message', run }
  const budget = { bound: 'at-least', figure: least } as const
  return measureRow({ name, unit: 'messages/s', workload, baseline: holds100, budget }, options.rounds)
}

interface MessageSpec {
  readonly name: string
  readonly least: number
  readonly run: () => Promise<number>
}

function specOf(kind: MessageRow, messages: number): MessageSpec {
  const name = 'messages of 64 nodes'
  switch (kind) {
    case 'sync':
      return { name: `${name}, digest mode, sync handlers`, least: 5e6, run: sync(messages) }
    case 'async':
      return { name: `${name}, digest mode, async handlers`, least: 2.5e6, run: awaiting(messages) }
    case 'full':
      return { name: `${name}, full mode, log in memory`, least: 1e6, run: full(messages / 4) }
  }
}

function sync(messages: number): () => Promise<number> {
  const tokens = tokenScenario(64, messages, relay)
  return async () => delivered(await runTokens(tokens))
}

function awaiting(messages: number): () => Promise<number> {
  const tokens = tokenScenario(64, messages, asyncRelay)
  return async () => delivered(await runTokens(tokens))
}

function full(messages: number): () => Promise<number> {
  const tokens = tokenScenario(64, messages, relay)
  return async () => {
    const log: Event[] = []
    const result = await runTokens(tokens, { onEvent: (event) => void log.push(event) })
    expectCount('events in memory', log.length, result.events)
    return delivered(result)
  }
}

/** Nodes that pass tokens on until about so many messages were delivered. */
export function tokenScenario(nodes: number, messages: number, program: Program<Token>): Scenario {
  const perSecond = (nodes * tokensPerNode) / hopSeconds
  return scenario({
    title: 'nodes pass tokens on',
    nodes: () => group('node', nodes, program),
    duration: scale(seconds(1), messages / perSecond),
  })
}

/** Runs as a sweep does: digest mode unless events are asked for, and no watch for leaks. */
export async function runTokens(tokens: Scenario, options: Partial<RunOptions> = {}): Promise<RunResult> {
  const result = await run(tokens, { seed: 1, isChecked: false, ...options })
  if (result.outcome.kind !== 'passed') throw new Error(`tokens: the run ended as ${result.outcome.kind}`)
  return result
}

/** How many messages were delivered; throws unless those that were not are the tokens still on their way. */
export function delivered({ eventCounts, title }: RunResult): number {
  const count = eventCounts.get('deliver') ?? 0
  const starts = eventCounts.get('start') ?? 0
  expectCount(`${title}: on their way`, (eventCounts.get('send') ?? 0) - count, starts * tokensPerNode)
  return count
}

/** Passes tokens on in a synchronous handler. */
export const relay: Program<Token> = (env) => {
  const next = neighbours(env.name, env.parameters['group'])
  env.messages.on('token', (message) => {
    env.messages.send(next(), passedOn(message))
  })
  for (let token = 0; token < tokensPerNode; token++) env.messages.send(next(), newToken(env.name))
}

/** Passes tokens on in an async handler that awaits once. */
const asyncRelay: Program<Token> = (env) => {
  const next = neighbours(env.name, env.parameters['group'])
  const ready = Promise.resolve()
  env.messages.on('token', async (message) => {
    await ready
    env.messages.send(next(), passedOn(message))
  })
  for (let token = 0; token < tokensPerNode; token++) env.messages.send(next(), newToken(env.name))
}

function newToken(origin: string): Token {
  return { kind: 'token', origin, hops: 0, sum: 0 }
}

function passedOn({ origin, hops, sum }: Token): Token {
  return { kind: 'token', origin, hops: hops + 1, sum: (sum + hops) | 0 }
}

function neighbours(name: string, group: unknown): () => string {
  const names = group as readonly string[]
  const own = names.indexOf(name)
  const count = Math.min(names.length - 1, neighboursMax)
  const targets = Array.from({ length: count }, (_, step) => names[(own + step + 1) % names.length] as string)
  let place = 0
  return () => targets[place++ % count] as string
}
