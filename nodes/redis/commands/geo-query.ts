// What a search for places asks for: GEOSEARCH with its words, and the older GEORADIUS with its positions.

import { CommandError, syntaxError } from '../command-error.ts'
import { latitudeMax, longitudeMax, type Place, placeOf } from '../structures/geo-hash.ts'
import type { Shape } from '../structures/geo-search.ts'
import { fixedText } from '../structures/number-text.ts'
import type { SortedSet } from '../structures/sorted-set.ts'
import type { ByteString } from '../value.ts'
import { argument, integer } from './arguments.ts'
import { score } from './sorted-sets.ts'

/** Which command asks. */
export interface GeoForm {
  readonly kind: 'radius' | 'member' | 'search' | 'searchstore'
  /** GEORADIUS_RO and its like store nothing. */
  readonly isReadonly: boolean
}

/** A search that was read. */
export interface GeoQuery {
  /** Undefined where there is nothing to search in. */
  shape: Shape | undefined
  /** Metres in a unit. */
  metres: number
  hasDistance: boolean
  hasHash: boolean
  hasPlace: boolean
  isAny: boolean
  order: 'none' | 'asc' | 'desc'
  /** 0: all. */
  count: number
  storeKey: ByteString | undefined
  storesDistance: boolean
}

const units: ReadonlyMap<string, number> = new Map([
  ['m', 1],
  ['km', 1000],
  ['ft', 0.3048],
  ['mi', 1609.34],
])

/** Metres of a unit. */
export function metresOf(unit: ByteString): number {
  const metres = units.get(unit.toLowerCase())
  if (metres === undefined) throw new CommandError('ERR unsupported unit provided. please use M, KM, FT, MI')
  return metres
}

/** A longitude and a latitude, within the bounds of the map. */
export function placeAt(args: readonly ByteString[], at: number): Place {
  const [longitude, latitude] = [score(argument(args, at)), score(argument(args, at + 1))]
  if (Math.abs(longitude) > longitudeMax || Math.abs(latitude) > latitudeMax) {
    throw new CommandError(`ERR invalid longitude,latitude pair ${degrees(longitude)},${degrees(latitude)}`)
  }
  return { longitude, latitude }
}

function degrees(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return fixedText(value, 6)
}

/** A number that is not negative, in metres per unit yet to come. */
function radiusAt(args: readonly ByteString[], at: number): readonly [radius: number, metres: number] {
  const radius = score(argument(args, at), 'ERR need numeric radius')
  if (radius < 0) throw new CommandError('ERR radius cannot be negative')
  const metres = metresOf(argument(args, at + 1))
  return [radius * metres, metres]
}

/** What says where and how far, as it is gathered. */
interface Parts {
  centre: Place | undefined
  radius: number | undefined
  box: readonly [width: number, height: number] | undefined
  /** What the centre was told by; a member of a key that is not there tells none. */
  from: 'member' | 'place' | undefined
}

/** Reads a search; `members` are those of the key that it searches. */
export function geoQuery(
  args: readonly ByteString[],
  members: SortedSet | undefined,
  form: GeoForm,
): GeoQuery {
  const query = emptyQuery()
  const parts: Parts = { centre: undefined, radius: undefined, box: undefined, from: undefined }
  const start = readPositions(args, { query, parts, members, form })
  for (let at = start; at < args.length;) at += readOption(args, at, { query, parts, members, form })
  demandConsistent(args, query, parts, form)
  query.shape = shapeOf(parts)
  return query
}

function emptyQuery(): GeoQuery {
  return {
    shape: undefined,
    metres: 1,
    hasDistance: false,
    hasHash: false,
    hasPlace: false,
    isAny: false,
    order: 'none',
    count: 0,
    storeKey: undefined,
    storesDistance: false,
  }
}

interface Reading {
  readonly query: GeoQuery
  readonly parts: Parts
  readonly members: SortedSet | undefined
  readonly form: GeoForm
}

/** Reads what stands before the options; returns where these begin. */
function readPositions(args: readonly ByteString[], reading: Reading): number {
  const { query, parts, members, form } = reading
  if (form.kind === 'search') return 2
  if (form.kind === 'searchstore') {
    query.storeKey = argument(args, 1)
    return 3
  }
  if (form.kind === 'radius') parts.centre = placeAt(args, 2)
  else readMember(argument(args, 2), reading)
  const next = form.kind === 'radius' ? 6 : 5
  if (form.kind === 'radius' || members !== undefined) [parts.radius, query.metres] = radiusAt(args, next - 2)
  return next
}

function readMember(member: ByteString, { parts, members }: Reading): void {
  const hash = members?.score(member)
  if (members !== undefined && hash === undefined)
    throw new CommandError('ERR could not decode requested zset member')
  parts.from = 'member'
  if (hash !== undefined) parts.centre = placeOf(hash)
}

/** Reads one option; returns how many arguments it took. */
function readOption(args: readonly ByteString[], at: number, reading: Reading): number {
  const { query } = reading
  const word = argument(args, at).toLowerCase()
  const following = args.length - at - 1
  switch (word) {
    case 'withdist':
      query.hasDistance = true
      return 1
    case 'withhash':
      query.hasHash = true
      return 1
    case 'withcoord':
      query.hasPlace = true
      return 1
    case 'any':
      query.isAny = true
      return 1
    case 'asc':
    case 'desc':
      query.order = word
      return 1
    case 'count':
      if (following < 1) throw new CommandError(syntaxError)
      query.count = integer(argument(args, at + 1))
      if (query.count <= 0) throw new CommandError('ERR COUNT must be > 0')
      return 2
    default:
      return reading.form.kind === 'search' || reading.form.kind === 'searchstore'
        ? readSearchOption(args, at, reading)
        : readStoreOption(args, at, reading)
  }
}

/** GEORADIUS … STORE key. */
function readStoreOption(args: readonly ByteString[], at: number, { query, form }: Reading): number {
  const word = argument(args, at).toLowerCase()
  const isStore = word === 'store' || word === 'storedist'
  if (!isStore || form.isReadonly || at + 1 >= args.length) throw new CommandError(syntaxError)
  query.storeKey = argument(args, at + 1)
  query.storesDistance = word === 'storedist'
  return 2
}

function readSearchOption(args: readonly ByteString[], at: number, reading: Reading): number {
  const { query, parts, form } = reading
  const word = argument(args, at).toLowerCase()
  const following = args.length - at - 1
  if (word === 'frommember' && following >= 1 && parts.from !== 'place') {
    readMember(argument(args, at + 1), reading)
    return 2
  }
  if (word === 'fromlonlat' && following >= 2 && parts.from !== 'member') {
    parts.from = 'place'
    parts.centre = placeAt(args, at + 1)
    return 3
  }
  if (word === 'byradius' && following >= 2 && parts.box === undefined) {
    ;[parts.radius, query.metres] = radiusAt(args, at + 1)
    return 3
  }
  if (word === 'bybox' && following >= 3 && parts.radius === undefined) {
    readBox(args, at + 1, reading)
    return 4
  }
  if (word === 'storedist' && form.kind === 'searchstore') {
    query.storesDistance = true
    return 1
  }
  throw new CommandError(syntaxError)
}

function readBox(args: readonly ByteString[], at: number, { query, parts }: Reading): void {
  const width = score(argument(args, at), 'ERR need numeric width')
  const height = score(argument(args, at + 1), 'ERR need numeric height')
  if (width < 0 || height < 0) throw new CommandError('ERR height or width cannot be negative')
  query.metres = metresOf(argument(args, at + 2))
  parts.box = [width * query.metres, height * query.metres]
}

function demandConsistent(
  args: readonly ByteString[],
  query: GeoQuery,
  parts: Parts,
  { kind }: GeoForm,
): void {
  const isSearch = kind === 'search' || kind === 'searchstore'
  if (query.storeKey !== undefined && (query.hasDistance || query.hasHash || query.hasPlace)) {
    const name = kind === 'searchstore' ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS'
    throw new CommandError(`ERR ${name} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`)
  }
  if (isSearch && parts.from === undefined)
    throw new CommandError(
      `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${argument(args, 0)}`,
    )
  if (isSearch && parts.radius === undefined && parts.box === undefined)
    throw new CommandError(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${argument(args, 0)}`)
  if (query.isAny && query.count === 0) throw new CommandError('ERR the ANY argument requires COUNT argument')
}

function shapeOf({ centre, radius, box }: Parts): Shape | undefined {
  if (centre === undefined) return undefined
  if (radius !== undefined) return { kind: 'circle', centre, radius }
  if (box === undefined) return undefined
  return { kind: 'box', centre, width: box[0], height: box[1] }
}
