// The differential test: the same commands to a real redis-server and to ours, and every reply the same, byte for byte. To
// add a family: write an arbitrary of commands (`fc.Arbitrary<readonly string[]>`) beside its test and call
// `sameReplies(pair, commands)` in a property; name commands whose order Redis leaves open in `unordered`.

import * as fc from 'fast-check'

import { redisServerPath, type RealRedis, startRealRedis } from './real-redis.ts'
import { shown, shownUnordered, Wire } from './wire.ts'
import { startOurRedis } from './our-redis.ts'

import type { Reply } from '../resp/reply-decoder.ts'
import { countSuite } from '../../../sim/real/testing/count-suite.ts'

/** Both servers, with a connection to each. */
export interface Pair {
  readonly real: Wire
  readonly ours: Wire
  readonly ports: { readonly real: number; readonly ours: number }
  stop(): Promise<void>
}

/** Starts both servers with connections of a protocol. */
export async function startPair(
  protocol: 2 | 3,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const options = Object.entries(parameters).flatMap(([name, value]) => [`--${name}`, value])
  const [realServer, ourServer]: [RealRedis, { readonly port: number; stop(): Promise<void> }] =
    await Promise.all([startRealRedis(...options), startOurRedis({ parameters })])
  const [real, ours] = await Promise.all([Wire.open(realServer.port), Wire.open(ourServer.port)])
  if (protocol === 3) await Promise.all([real.ask('HELLO', '3'), ours.ask('HELLO', '3')])
  return {
    real,
    ours,
    ports: { real: realServer.port, ours: ourServer.port },
    stop: async () => {
      countSuite('random command sequences compared with redis-server', compared)
      compared = 0
      real.close()
      ours.close()
      await Promise.all([realServer.stop(), ourServer.stop()])
    },
  }
}

/**
 * How many random sequences are compared, and from which seed: always the same ones, so that a difference that nobody knew of
 * does not come up in a change that has nothing to do with it. FAULTLINE_REDIS_RUNS and FAULTLINE_REDIS_SEED look further.
 */
export function comparison(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  const { FAULTLINE_REDIS_RUNS: runs, FAULTLINE_REDIS_SEED: seed } = process.env
  return { numRuns: Number(runs ?? numRuns), seed: Number(seed ?? 1) }
}

/** Whether tests of this kind can run. */
export const hasRealRedis: boolean = redisServerPath !== null

/** Commands whose replies have no order of their own. Those with pairs keep them together. */
const unordered: ReadonlySet<string> = new Set([
  'KEYS',
  'SMEMBERS',
  'SUNION',
  'SINTER',
  'SDIFF',
  'HKEYS',
  'HVALS',
  'SCAN',
  'SSCAN',
  'ACL',
])
const unorderedPairs: ReadonlySet<string> = new Set(['HGETALL', 'HSCAN', 'ZSCAN', 'CONFIG'])

let compared = 0

/** Sends commands to both (after FLUSHALL) and throws where a reply differs, naming the command. */
export async function sameReplies(pair: Pair, commands: readonly (readonly string[])[]): Promise<void> {
  const all = [['FLUSHALL'], ...commands]
  const [real, ours] = await Promise.all([pair.real.askAll(all), pair.ours.askAll(all)])
  compared++
  for (const [at, args] of all.entries()) {
    const [expected, got] = [text(args, real[at] ?? null), text(args, ours[at] ?? null)]
    if (expected !== got)
      throw new Error(
        `${args.map((arg) => JSON.stringify(arg)).join(' ')}\n  Redis says ${expected}\n  ours says  ${got}`,
      )
  }
}

function text(args: readonly string[], reply: Reply | null): string {
  const name = args[0]?.toUpperCase() ?? ''
  if (unordered.has(name)) return shownUnordered(reply)
  return unorderedPairs.has(name) ? shownUnordered(reply, true) : shown(reply)
}

/** A few keys, so that commands meet. */
export const someKey: fc.Arbitrary<string> = fc.constantFrom('k1', 'k2', 'k3', 'k{4}')

/** Short values: numbers at their limits, text, bytes. */
export const someValue: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'b',
    'abc',
    '0',
    '1',
    '-1',
    '10',
    '3.5',
    '1e3',
    ' 1',
    '01',
    '9223372036854775807',
    '-9223372036854775808',
    'inf',
    'nan',
  ),
  fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  }),
  fc.integer().map(String),
)

/** Small integers, at times none. */
export const someInteger: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -6, max: 6 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '9223372036854775807',
      '-9223372036854775808',
      'x',
      '1.5',
      '',
      '99999999999999999999',
    ),
  },
)

/** One of several commands, equally likely: each a list of fixed words and arbitraries. */
export function oneCommand(
  ...shapes: readonly (readonly (string | fc.Arbitrary<string | readonly string[]>)[])[]
): fc.Arbitrary<readonly string[]> {
  return fc.oneof(
    ...shapes.map((shape) =>
      fc
        .tuple(...shape.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
        .map((parts) => parts.flat()),
    ),
  )
}
