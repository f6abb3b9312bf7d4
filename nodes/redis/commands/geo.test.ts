import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRealRedis, oneCommand, type Pair, someKey, startPair } from '../testing/differential.ts'
import { comparedCommands } from '../testing/compared-commands.ts'

const longitude = fc.integer({ min: -180_000_000, max: 180_000_000 }).map((n) => String(n / 1e6))
const latitude = fc.integer({ min: -85_051_128, max: 85_051_128 }).map((n) => String(n / 1e6))
const near = fc
  .tuple(fc.integer({ min: 13_000_000, max: 16_000_000 }), fc.integer({ min: 37_000_000, max: 39_000_000 }))
  .map(([x, y]) => [String(x / 1e6), String(y / 1e6)])
const place = fc.oneof(
  { weight: 10, arbitrary: near },
  { weight: 4, arbitrary: fc.tuple(longitude, latitude).map((parts) => [...parts]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['181', '0'],
      ['0', '86'],
      ['x', '0'],
      ['inf', '1'],
      ['0', '0'],
      ['180', '85.05112878'],
      ['-180', '-85.05112878'],
    ),
  },
)
const member = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const unit = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('m', 'km', 'FT', 'mi') },
  { weight: 1, arbitrary: fc.constantFrom('x', '') },
)
const size = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom('0', '1', '100', '200.5', '5000', '300000', '2000000', '20000000'),
  },
  { weight: 1, arbitrary: fc.constantFrom('-1', 'x', '1e9') },
)
const from = oneCommand(['FROMLONLAT', place], ['FROMLONLAT', place], ['FROMMEMBER', member])
const by = oneCommand(['BYRADIUS', size, unit], ['BYBOX', size, size, unit])
const options = fc
  .array(
    oneCommand(
      ['WITHDIST'],
      ['WITHHASH'],
      ['WITHCOORD'],
      ['ASC'],
      ['desc'],
      ['COUNT', fc.constantFrom('1', '2', '3', '0', 'x')],
      ['COUNT', '2', 'ANY'],
      ['ANY'],
    ),
    { maxLength: 3 },
  )
  .map((all) => all.flat())
const stored = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  oneCommand(['STORE', someKey], ['STOREDIST', someKey], ['STORE']),
)
const anything = fc.array(fc.oneof(from, by, options), { maxLength: 4 }).map((all) => all.flat())
const additions = fc
  .array(
    fc.tuple(place, member).map(([where, name]) => [...where, name]),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.flat())
const flags = fc.array(fc.constantFrom('NX', 'XX', 'CH'), { maxLength: 2 })

const command = oneCommand(
  ['GEOADD', someKey, additions],
  ['GEOADD', someKey, additions],
  ['GEOADD', someKey, flags, additions],
  ['GEODIST', someKey, member, member],
  ['GEODIST', someKey, member, member, unit],
  ['GEOHASH', someKey, member, member],
  ['GEOPOS', someKey, member, member],
  ['GEOSEARCH', someKey, from, by, options],
  ['GEOSEARCH', someKey, by, options, from],
  ['GEOSEARCH', someKey, anything],
  ['GEOSEARCHSTORE', someKey, someKey, from, by, options, fc.constantFrom([], ['STOREDIST'])],
  ['GEORADIUS', someKey, place, size, unit, options, stored],
  ['GEORADIUS_RO', someKey, place, size, unit, options, stored],
  ['GEORADIUSBYMEMBER', someKey, member, size, unit, options, stored],
  ['GEORADIUSBYMEMBER_RO', someKey, member, size, unit, options],
  // Without scores: distances that STOREDIST keeps may differ in the last of 17 digits.
  ['ZRANGE', someKey, '0', '-1'],

  ['ZADD', someKey, fc.constantFrom('1', '3479099956230698', '4503599627370495'), member],
  ['SET', 'k3', 'text'],
  ['DEL', someKey],
)

describe.skipIf(!hasRealRedis).each([2, 3] as const)('places with RESP%d', (protocol) => {
  let pair: Pair
  beforeAll(async () => {
    pair = await startPair(protocol)
  })
  afterAll(() => pair.stop())

  test('commands reply as those of a real server', async () => {
    expect(await comparedCommands(pair, command, 40)).toBeGreaterThan(0)
  })
})
