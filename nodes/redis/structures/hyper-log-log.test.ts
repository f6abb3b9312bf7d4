import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HyperLogLog, registerCount } from './hyper-log-log.ts'
import { type Hash64, murmurHash64 } from './murmur-hash.ts'

/** MurmurHash64A as its author wrote it, on whole 64-bit numbers. */
function murmurModel(bytes: string): bigint {
  const mask = (1n << 64n) - 1n
  const m = 0xc6a4a7935bd1e995n
  let hash = 0xadc83b19n ^ ((BigInt(bytes.length) * m) & mask)
  const buffer = Buffer.from(bytes, 'latin1')
  let at = 0
  for (; at + 8 <= buffer.length; at += 8) {
    let k = (buffer.readBigUInt64LE(at) * m) & mask
    k ^= k >> 47n
    hash = ((hash ^ ((k * m) & mask)) * m) & mask
  }
  if (at < buffer.length) {
    let rest = 0n
    for (let i = buffer.length - 1; i >= at; i--) rest = (rest << 8n) | BigInt(buffer[i]!)
    hash = ((hash ^ rest) * m) & mask
  }
  hash ^= hash >> 47n
  hash = (hash * m) & mask
  return hash ^ (hash >> 47n)
}

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array).toString('latin1'))

test('the hash is MurmurHash64A', () => {
  const hash: Hash64 = { low: 0, high: 0 }
  fc.assert(
    fc.property(bytes, (text) => {
      murmurHash64(text, hash)
      expect((BigInt(hash.high) << 32n) | BigInt(hash.low)).toBe(murmurModel(text))
    }),
  )
})

function isEqual(first: Uint8Array | undefined, second: Uint8Array): boolean {
  return first !== undefined && Buffer.compare(first, second) === 0
}

test('registers hold the most that was seen, sparse or dense', () => {
  const raise = fc.tuple(fc.nat(registerCount - 1), fc.integer({ min: 1, max: 51 }))
  const low = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 4 }))
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 1, arbitrary: raise }, { weight: 40, arbitrary: low }), {
        maxLength: 300,
        size: 'max',
      }),
      (steps) => {
        const tested = HyperLogLog.empty()
        const naive = new Uint8Array(registerCount)
        for (const [index, value] of steps) {
          if (tested.raise(index, value) !== naive[index]! < value) throw new Error(`register ${index}`)
          naive[index] = Math.max(naive[index]!, value)
        }
        expect(isEqual(tested.registers(), naive)).toBe(true)
        expect(isEqual(HyperLogLog.parse(tested.toString())?.registers(), naive)).toBe(true)
        expect(tested.becomeDense()).toBe(true)
        expect(isEqual(tested.registers(), naive)).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

test('a sparse one becomes dense when it takes more than 3000 bytes', () => {
  const tested = HyperLogLog.empty()
  let count = 0
  while (tested.isSparse) {
    expect(tested.toString().length).toBeLessThanOrEqual(3000)
    tested.add(`element:${count++}`)
  }
  expect(count).toBeGreaterThan(1000)
  expect(tested.toString().length).toBe(12_304)
})

test('the estimate is within a few percent of the truth', () => {
  for (const count of [0, 1, 10, 100, 5000, 50_000]) {
    const tested = HyperLogLog.empty()
    for (let i = 0; i < count; i++) tested.add(`element:${i}`)
    expect(Math.abs((tested.estimate() ?? 0) - count)).toBeLessThanOrEqual(count * 0.03)
  }
})

test('the estimate is remembered until a register changes', () => {
  const tested = HyperLogLog.empty()
  expect(tested.remembered).toBe(0n)
  tested.add('a')
  expect(tested.remembered).toBeUndefined()
  tested.remember(1)
  expect([tested.remembered, tested.add('a'), tested.remembered]).toEqual([1n, false, 1n])
})

test('what is none, or damaged, is refused', () => {
  const sparse = HyperLogLog.empty().toString()
  for (const text of ['', 'HYLL', sparse.slice(0, 15), `x${sparse.slice(1)}`, `HYLL\x02${sparse.slice(5)}`]) {
    expect(HyperLogLog.parse(text)).toBeUndefined()
  }
  expect(HyperLogLog.parse(`HYLL\x00${sparse.slice(5)}`)).toBeUndefined()
  for (const text of [
    sparse.slice(0, 16),
    sparse.slice(0, 17),
    `${sparse}\x00`,
    sparse.slice(0, 16) + '\x80',
  ]) {
    const damaged = HyperLogLog.parse(text)
    expect([damaged?.estimate(), damaged?.becomeDense()]).toEqual([undefined, false])
  }
  fc.assert(
    fc.property(bytes, fc.nat(registerCount - 1), (text, index) => {
      const damaged = HyperLogLog.parse(sparse.slice(0, 16) + text)
      damaged?.raise(index, 3)
      damaged?.raise(index, 40)
      damaged?.estimate()
    }),
  )
})
