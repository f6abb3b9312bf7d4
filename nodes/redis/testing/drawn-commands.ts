// Sequences of commands of the whole table, drawn from shapes (table-shapes.ts): keys of every kind of value, mostly of the
// right one, at times an argument too many or too few, and transactions.

import * as fc from 'fast-check'

import { optionShapes } from './option-shapes.ts'
import { drawnShapes } from './table-shapes.ts'

type Call = readonly string[]

/** What there is before each sequence: two keys of every kind. */
export const furniture: readonly Call[] = [
  'SET s1 abc',
  'SET s2 10',
  'HSET h1 m1 1 m2 abc',
  'HSET h2 m3 3.5',
  'RPUSH l1 a b c a',
  'RPUSH l2 1 2 3',
  'SADD u1 m1 m2 a',
  'SADD u2 1 2 3',
  'ZADD z1 1 m1 2 m2 2 m3',
  'ZADD z2 0.5 m2 -inf a',
  'XADD t1 1-1 m1 a',
  'XADD t1 2-1 m2 b',
  'XGROUP CREATE t1 g1 0',
  'XREADGROUP GROUP g1 c1 COUNT 1 STREAMS t1 >',
].map((line) => line.split(' '))

const kinds = ['s', 'h', 'l', 'u', 'z', 't']
const anyKey = fc.constantFrom(...kinds.flatMap((kind) => [`${kind}1`, `${kind}2`]), 'none')
const keyOf = (kind: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(`${kind}1`, `${kind}2`) },
    { weight: 1, arbitrary: anyKey },
  )

const arbitraries: Readonly<Record<string, fc.Arbitrary<string>>> = {
  ...Object.fromEntries(kinds.map((kind) => [kind, keyOf(kind)])),
  k: anyKey,
  v: fc.constantFrom(
    '',
    'a',
    'b',
    'abc',
    '1',
    '10',
    '-1',
    '3.5',
    'm1',
    '\u00ff\u0000',
    'a b\r\n',
    'x'.repeat(70),
  ),
  i: fc.constantFrom('0', '1', '2', '-1', '-2', '10', '-9223372036854775808', '9223372036854775807', 'x', ''),
  n: fc.constantFrom('0', '1', '2', '3', '100'),
  f: fc.constantFrom('0', '1', '-1.5', '2', '1e3', 'inf', '-inf', '0.1', 'nan', 'x'),
  m: fc.constantFrom('m1', 'm2', 'm3', 'a', '1'),
  r: fc.constantFrom('-inf', '+inf', '0', '1', '(1', '2', '(2', 'x'),
  p: fc.constantFrom('*', 's?', '[hl]1', 'm*', 'nosuch'),
  g: fc.constantFrom('g1', 'g1', 'g2'),
  c: fc.constantFrom('c1', 'c2'),
  e: fc.constantFrom(
    '0',
    '1-1',
    '2-1',
    '3',
    '3-1',
    '9-9',
    '0-0',
    'x',
    '18446744073709551615-18446744073709551615',
  ),
  a: fc.constantFrom('9999999999', '8888888888'),
}

function wordsOf(part: string): fc.Arbitrary<readonly string[]> {
  const many = /^([a-z])\+$/.exec(part)?.[1]
  const drawn = many === undefined ? undefined : arbitraries[many]
  if (drawn !== undefined) return fc.array(drawn, { minLength: 1, maxLength: 3 })
  const one = arbitraries[part]
  if (one !== undefined) return one.map((word) => [word])
  if (part === 'a000') return fc.constantFrom('9999999999000', '8888888888000').map((word) => [word])
  if (part === '(e') return fc.constantFrom('(1-1', '(0', '(x').map((word) => [word])
  return /^[^|()]+\|/.test(part)
    ? fc.constantFrom(...part.split('|')).map((word) => [word])
    : fc.constant([part])
}

function callsOf(name: string, shape: string): fc.Arbitrary<Call> {
  const parts = shape === '' ? [] : shape.split(' ').map(wordsOf)
  const head = name.split('|').map((word) => word.toUpperCase())
  // Without its last argument each of these draws a member.
  const least = /^(?:spop|[shz]rand|acl.genpass)/.test(name) ? head.length + parts.length : head.length
  return fc
    .tuple(fc.nat(30), ...parts)
    .map(([odd, ...words]) => withArity([...head, ...words.flat()], odd, least))
}

/** Now and then an argument too few, or too many. */
function withArity(call: Call, odd: number, least: number): Call {
  if (odd === 0 && call.length > least) return call.slice(0, -1)
  return odd === 1 ? [...call, 'x'] : call
}

function splitShapes([name, shapes]: readonly [string, string]): readonly [string, readonly string[]] {
  return [name, shapes.split('; ')]
}

/** One call of any command that is drawn, each equally likely. */
const anyCall: fc.Arbitrary<Call> = fc.oneof(
  ...[...Object.entries(drawnShapes), ...optionShapes.map(splitShapes)].map(([name, shapes]) =>
    fc.oneof(...shapes.map((shape) => callsOf(name, shape))),
  ),
)

/** Calls whose replies have no order of their own cannot be told apart within that of EXEC. */
const isOrdered = (call: Call): boolean =>
  !/^(?:KEYS|SMEMBERS|SUNION|SINTER|SDIFF|HKEYS|HVALS|HGETALL|SCAN|SSCAN|HSCAN|ZSCAN|CONFIG|ACL|PUBSUB|FUNCTION)$/.test(
    call[0] ?? '',
  )

const transaction: fc.Arbitrary<readonly Call[]> = fc
  .tuple(
    fc.constantFrom<readonly Call[]>(
      [],
      [['WATCH', 's1']],
      [
        ['WATCH', 's1'],
        ['INCR', 's1'],
      ],
    ),
    fc.array(anyCall.filter(isOrdered), { maxLength: 6 }),
    fc.constantFrom(['EXEC'], ['EXEC'], ['DISCARD']),
  )
  .map(([before, calls, end]) => [...before, ['MULTI'], ...calls, end])

/** Sequences of up to about so many calls. */
export function sequences(length: number): fc.Arbitrary<readonly Call[]> {
  const part = fc.oneof(
    { weight: 12, arbitrary: anyCall.map((call): readonly Call[] => [call]) },
    { weight: 1, arbitrary: transaction },
  )
  return fc
    .array(part, { minLength: Math.floor(length / 2), maxLength: length, size: 'max' })
    .map((parts) => parts.flat())
}
