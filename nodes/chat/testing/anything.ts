// What a chat may be sent, and more often is not: commands, events and lines of people, as they should be, changed, and noise.

import { Buffer } from 'node:buffer'

import * as fc from 'fast-check'

import type { ChatCommand, ChatEvent } from '../index.ts'

/** The longest line of those that tell so. */
export const lineMax = 400

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', 'ann', 'lobby', 'böses ☃', '\u2028', '\u202e', '\t', '\r', '__proto__'),
)
const count = fc.oneof(fc.nat(100), fc.constantFrom(0, Number.MAX_SAFE_INTEGER))
const orNull = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(one, { freq: 3 })
const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name)

/** A command of each kind but the last. */
export const command: fc.Arbitrary<ChatCommand> = fc.oneof(
  fc.record({ kind: kind('hello'), nick: text, secret: orNull(text) }),
  fc.record({ kind: kind('join'), room: text, after: orNull(count) }),
  fc.record({ kind: kind('say'), room: text, id: text, text }),
  fc.record({ kind: kind('tell'), nick: text, text }),
  fc.record({ kind: kind('history'), room: text, before: orNull(count), count }),
  fc.record({ kind: kind('away'), text: orNull(text) }),
  fc.record({ kind: fc.constantFrom('ping', 'rooms') }),
  fc.record({ kind: fc.constantFrom('leave', 'who'), room: text }),
)
const message = { seq: count, nick: text, id: text, text, at: fc.integer() }
const presence = fc.array(fc.record({ nick: text, away: orNull(text) }), { maxLength: 3 })
/** An event of many kinds. */
export const event: fc.Arbitrary<ChatEvent> = fc.oneof(
  fc.record({ kind: kind('message'), room: text, ...message }),
  fc.record({ kind: kind('history'), room: text, messages: fc.array(fc.record(message), { maxLength: 3 }) }),
  fc.record({ kind: kind('room'), room: text, after: count, last: count, members: presence }),
  fc.record({ kind: kind('members'), room: text, members: presence }),
  fc.record({ kind: fc.constantFrom('joined', 'left'), room: text, nick: text, reason: text }),
  fc.record({ kind: kind('stored'), room: text, id: text, seq: count }),
  fc.record({ kind: kind('away'), nick: text, text: orNull(text) }),
  fc.record({ kind: fc.constantFrom('welcome', 'delivered', 'wanted'), nick: text }),
)
const word = fc.constantFrom(
  'nick',
  'join',
  'leave',
  'msg',
  'who',
  'history',
  'rooms',
  'away',
  'back',
  'help',
  'x',
)
const typed = fc.oneof(
  fc
    .tuple(word, fc.array(fc.oneof(text, count.map(String)), { maxLength: 3 }))
    .map(([name, all]) => `/${[name, ...all].join(' ')}`),
  text,
)

/** A change: bytes that go, and bytes that come in their place. */
export interface Mutation {
  readonly at: number
  readonly remove: number
  readonly insert: Uint8Array
}
/** Such changes. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(10_000),
  remove: fc.nat(3),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 3 }),
    fc
      .constantFrom('\n', '\r\n', '/', '{', '"', '\\', '[[[', '1e99', 'x'.repeat(lineMax))
      .map((each) => Buffer.from(each)),
  ),
})

/** Bytes with some changes. */
export function mutated(bytes: Uint8Array, mutations: readonly Mutation[]): Buffer {
  let all = Buffer.from(bytes)
  for (const { at, remove, insert } of mutations) {
    const place = at % (all.length + 1)
    all = Buffer.concat([all.subarray(0, place), insert, all.subarray(place + remove)])
  }
  return all
}

/** Whatever a line may be that is as it should be. */
export const valid: fc.Arbitrary<string> = fc.oneof(
  typed,
  command.map((each) => JSON.stringify(each)),
  event.map((each) => JSON.stringify(each)),
)
const talk = fc.array(valid, { minLength: 1, maxLength: 5 }).map((all) => Buffer.from(`${all.join('\n')}\n`))
const changed = fc
  .tuple(talk, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([all, some]) => mutated(all, some))
/** Bytes that mean nothing. */
export const noise: fc.Arbitrary<Buffer> = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each))
/** Lines as they should be, such lines changed, and noise. */
export const anything: fc.Arbitrary<Buffer> = fc.oneof(talk, changed, noise)
/** Where bytes are cut: for `cut`. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(10_000), { maxLength: 5 })

/** Bytes in pieces, as the numbers say where to cut. */
export function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end))
}
