// Places on earth as whole numbers of 52 bits, in which bits of longitude and latitude alternate, so that a cell of the map
// is a range of numbers; distances between places; and which cells a search has to look at. As in Redis, step by step:
// the order of results that nobody sorted follows from it.

import type { ByteString } from '../value.ts'
import { asin, cos, sin } from './trigonometry.ts'

/** Degrees. */
export interface Place {
  readonly longitude: number
  readonly latitude: number
}

/** A cell of the map: `bits` of longitude and latitude, `step` bits of each. */
export interface Cell {
  readonly bits: number
  readonly step: number
}

/** The bounds of a cell, in degrees. */
export interface Area {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

export const longitudeMax = 180
export const latitudeMax = 85.05112878
export const stepMax = 26
const earthRadius = 6372797.560856
const radian = Math.PI / 180

/** 2^n for 0 <= n <= 52. */
export function powerOfTwo(n: number): number {
  return n < 31 ? 1 << n : (1 << 30) * (1 << (n - 30 > 30 ? 30 : n - 30))
}

/** A place's number of 52 bits. */
export function geoHash(place: Place): number {
  return encode(place, stepMax).bits
}

/** The cell of a place. `latitudeEnd` bounds latitudes: Redis's own is that of web maps, other geohashes take 90. */
export function encode(
  { longitude, latitude }: Place,
  step: number,
  latitudeEnd: number = latitudeMax,
): Cell {
  const x = Math.floor(((longitude + longitudeMax) / (2 * longitudeMax)) * powerOfTwo(step))
  const y = Math.floor(((latitude + latitudeEnd) / (2 * latitudeEnd)) * powerOfTwo(step))
  return { bits: interleaved(x, y), step }
}

function interleaved(x: number, y: number): number {
  const low = spread(y & 0x1fff) + 2 * spread(x & 0x1fff)
  const high = spread((y >>> 13) & 0x3fff) + 2 * spread((x >>> 13) & 0x3fff)
  return (high >>> 0) * 0x4000000 + (low >>> 0)
}

/** Sets a zero before each of 16 bits. */
function spread(bits: number): number {
  let value = bits
  value = (value | (value << 8)) & 0x00ff00ff
  value = (value | (value << 4)) & 0x0f0f0f0f
  value = (value | (value << 2)) & 0x33333333
  return (value | (value << 1)) & 0x55555555
}

function gathered(bits: number): number {
  let value = bits & 0x55555555
  value = (value | (value >>> 1)) & 0x33333333
  value = (value | (value >>> 2)) & 0x0f0f0f0f
  value = (value | (value >>> 4)) & 0x00ff00ff
  return (value | (value >>> 8)) & 0x0000ffff
}

function columnAndRow(bits: number): readonly [x: number, y: number] {
  const low = bits % 0x4000000
  const high = Math.floor(bits / 0x4000000)
  return [gathered(high >>> 1) * 0x2000 + gathered(low >>> 1), gathered(high) * 0x2000 + gathered(low)]
}

/**
 * The same of any score, as C casts it to 64 bits without a sign on the machines that Redis runs on: some columns and rows
 * then are beyond the map.
 */
function columnAndRowOfScore(score: number): readonly [x: number, y: number] {
  if (score >= 0 && score < 4_503_599_627_370_496) return columnAndRow(Math.floor(score))
  const bits = castBits(score)
  let [x, y] = [0, 0]
  for (let bit = 0n; bit < 32n; bit += 1n) {
    const weight = Number(1n << bit)
    if (((bits >> (2n * bit)) & 1n) === 1n) y += weight
    if (((bits >> (2n * bit + 1n)) & 1n) === 1n) x += weight
  }
  return [x, y]
}

const indefinite = 1n << 63n

function castBits(score: number): bigint {
  if (score < -9_223_372_036_854_775_808) return indefinite
  if (score >= 18_446_744_073_709_551_616) return 0n
  return BigInt.asUintN(64, BigInt(Math.trunc(score)))
}

/** The bounds of a cell. */
export function areaOf({ bits, step }: Cell): Area {
  return boundsOf(columnAndRow(bits), step)
}

function boundsOf([x, y]: readonly [x: number, y: number], step: number): Area {
  const parts = powerOfTwo(step)
  return {
    west: -longitudeMax + (x / parts) * (2 * longitudeMax),
    east: -longitudeMax + ((x + 1) / parts) * (2 * longitudeMax),
    south: -latitudeMax + (y / parts) * (2 * latitudeMax),
    north: -latitudeMax + ((y + 1) / parts) * (2 * latitudeMax),
  }
}

/** The middle of the cell that a number of 52 bits (a score: what does not fit counts as Redis's cast does) stands for. */
export function placeOf(hash: number): Place {
  const area = boundsOf(columnAndRowOfScore(hash), stepMax)
  return {
    longitude: clamped((area.west + area.east) / 2, longitudeMax),
    latitude: clamped((area.south + area.north) / 2, latitudeMax),
  }
}

function clamped(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value))
}

/** The cell so many columns east and rows north; the map is closed in both directions. */
export function neighbour({ bits, step }: Cell, east: number, north: number): Cell {
  const [x, y] = columnAndRow(bits)
  const mask = powerOfTwo(step) - 1
  // A coordinate that does not move is not closed: places right on the edge lie in a column of their own, as in Redis.
  return {
    bits: interleaved(east === 0 ? x : (x + east) & mask, north === 0 ? y : (y + north) & mask),
    step,
  }
}

/** The numbers of 52 bits that lie in a cell: from (inclusive) to (exclusive). */
export function rangeOf({ bits, step }: Cell): readonly [from: number, to: number] {
  const size = powerOfTwo(52 - 2 * step)
  return [bits * size, (bits + 1) * size]
}

export function toRadians(degrees: number): number {
  return degrees * radian
}

/** Metres on a sphere between two places (haversine). */
export function distance(first: Place, second: Place): number {
  const latitude1 = toRadians(first.latitude)
  const latitude2 = toRadians(second.latitude)
  const u = sin((latitude2 - latitude1) / 2)
  const v = sin((toRadians(second.longitude) - toRadians(first.longitude)) / 2)
  return 2 * earthRadius * asin(Math.sqrt(u * u + cos(latitude1) * cos(latitude2) * v * v))
}

/** Metres between two latitudes. */
export function latitudeDistance(first: number, second: number): number {
  return earthRadius * Math.abs(toRadians(second) - toRadians(first))
}

/** Degrees of an arc of so many metres. */
export function degreesOf(metres: number): number {
  return metres / earthRadius / radian
}

const alphabet = '0123456789bcdefghjkmnpqrstuvwxyz'

/** The usual geohash of eleven characters, the last always 0, as GEOHASH replies it. */
export function geoHashText(place: Place): ByteString {
  const { bits } = encode(place, stepMax, 90)
  let text = ''
  for (let i = 1; i <= 10; i++) text += alphabet.charAt(Math.floor(bits / powerOfTwo(52 - i * 5)) % 32)
  return `${text}0`
}
