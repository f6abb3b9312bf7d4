// Places on earth, kept as sorted sets of geohashes: adding, distances, searches around a place.

import { CommandError, syntaxError } from '../command-error.ts'
import { distance, geoHash, geoHashText, placeOf, rangeOf, type Place } from '../structures/geo-hash.ts'
import { cellsOf, distanceWithin, type Shape } from '../structures/geo-search.ts'
import { fixedText, humanText } from '../structures/number-text.ts'
import type { SortedSet } from '../structures/sorted-set.ts'
import type { ByteString } from '../value.ts'
import { argument } from './arguments.ts'
import { type Command, command, oneKey, type Run, twoKeys } from './command.ts'
import type { CommandContext } from './context.ts'
import { type GeoForm, type GeoQuery, geoQuery, metresOf, placeAt } from './geo-query.ts'
import { countChanges, storeScored } from './sorted-set-store.ts'
import { zadd } from './sorted-sets.ts'

/** Becomes a ZADD, for us and for those who keep copies. */
const geoadd: Run = (context, args) => {
  const options: ByteString[] = []
  const words: string[] = []
  let at = 2
  for (; at < args.length; at++) {
    const word = argument(args, at).toLowerCase()
    if (word !== 'nx' && word !== 'xx' && word !== 'ch') break
    options.push(argument(args, at))
    words.push(word)
  }
  if ((args.length - at) % 3 !== 0 || (words.includes('nx') && words.includes('xx')))
    throw new CommandError(syntaxError)
  const pairs: ByteString[] = []
  for (; at < args.length; at += 3) pairs.push(String(geoHash(placeAt(args, at))), argument(args, at + 2))
  const addition = ['ZADD', argument(args, 1), ...options, ...pairs]
  context.propagate(addition)
  zadd(context, addition)
}

const geodist: Run = ({ db, reply }, args) => {
  if (args.length > 5) throw new CommandError(syntaxError)
  const metres = args.length === 5 ? metresOf(argument(args, 4)) : 1
  const members = db.readAs(argument(args, 1), 'zset')?.members
  const [first, second] = [members?.score(argument(args, 2)), members?.score(argument(args, 3))]
  if (first === undefined || second === undefined) reply.null()
  else reply.bulk(fixedText(distance(placeOf(first), placeOf(second)) / metres, 4))
}

const geohash: Run = ({ db, reply }, args) => {
  const members = db.readAs(argument(args, 1), 'zset')?.members
  reply.array(args.length - 2)
  for (const member of args.slice(2)) {
    const hash = members?.score(member)
    reply.bulkOrNull(hash === undefined ? undefined : geoHashText(placeOf(hash)))
  }
}

const geopos: Run = (context, args) => {
  const { db, reply } = context
  const members = db.readAs(argument(args, 1), 'zset')?.members
  reply.array(args.length - 2)
  for (const member of args.slice(2)) {
    const hash = members?.score(member)
    if (hash === undefined) reply.nullArray()
    else replyPlace(context, placeOf(hash))
  }
}

function replyPlace({ reply }: CommandContext, { longitude, latitude }: Place): void {
  reply.array(2)
  for (const degrees of [longitude, latitude]) {
    const text = humanText(degrees)
    if (reply.protocol === 2) reply.bulk(text)
    else reply.out += `,${text}\r\n`
  }
}

/** A place that was found. */
interface Found {
  readonly member: ByteString
  readonly hash: number
  readonly place: Place
  /** From the centre, in the unit of the query. */
  readonly distance: number
}

function search(form: GeoForm): Run {
  return (context, args) => {
    const { db, reply } = context
    const members = db.readAs(argument(args, form.kind === 'searchstore' ? 2 : 1), 'zset')?.members
    const query = geoQuery(args, members, form)
    const found = members === undefined || query.shape === undefined ? [] : find(members, query.shape, query)
    if (query.storeKey !== undefined) store(context, query.storeKey, { found, query, form })
    else {
      reply.array(found.length)
      for (const each of found) replyFound(context, each, query)
    }
  }
}

function find(members: SortedSet, shape: Shape, query: GeoQuery): readonly Found[] {
  const { count, isAny, metres } = query
  const order = query.order === 'none' && count > 0 && !isAny ? 'asc' : query.order
  const found = withinShape(members, shape, isAny ? count : Infinity)
  if (order !== 'none') {
    const sign = order === 'asc' ? 1 : -1
    found.sort((a, b) => sign * (a.distance - b.distance))
  }
  return found
    .slice(0, count === 0 ? found.length : count)
    .map((each) => ({ ...each, distance: each.distance / metres }))
}

function withinShape(members: SortedSet, shape: Shape, countMax: number): Found[] {
  const found: Found[] = []
  for (const cell of cellsOf(shape)) {
    const [from, to] = rangeOf(cell)
    for (const [member, hash] of members.slice(
      members.countBelow(from, false),
      members.countBelow(to, false),
    )) {
      if (found.length >= countMax) return found
      const place = placeOf(hash)
      const metres = distanceWithin(shape, place)
      if (metres !== undefined) found.push({ member, hash, place, distance: metres })
    }
  }
  return found
}

function replyFound(context: CommandContext, each: Found, query: GeoQuery): void {
  const { reply } = context
  const { hasDistance, hasHash, hasPlace } = query
  const extras = [hasDistance, hasHash, hasPlace].filter(Boolean).length
  if (extras > 0) reply.array(extras + 1)
  reply.bulk(each.member)
  if (hasDistance) reply.bulk(fixedText(each.distance, 4))
  if (hasHash) reply.integer(wholeHash(each.hash))
  if (hasPlace) replyPlace(context, each.place)
}

function store(
  context: CommandContext,
  key: ByteString,
  {
    found,
    query,
    form,
  }: { readonly found: readonly Found[]; readonly query: GeoQuery; readonly form: GeoForm },
): void {
  const event = form.kind === 'searchstore' ? 'geosearchstore' : 'georadiusstore'
  const pairs = found.map((each) => [each.member, query.storesDistance ? each.distance : each.hash] as const)
  storeScored(context, key, pairs, event)
  if (found.length > 1) countChanges(context, found.length)
}

/** A score that is no place's as C makes a 64-bit integer of it. */
function wholeHash(hash: number): number | bigint {
  return Math.abs(hash) < 2 ** 63 ? Math.trunc(hash) + 0 : -(1n << 63n)
}

/** The key that is searched, and the last that a STORE names. */
function radiusKeys(start: number): (args: readonly ByteString[]) => readonly number[] {
  return (args) => {
    let stored: number | undefined
    for (let at = start; at + 1 < args.length; at++) {
      const word = argument(args, at).toLowerCase()
      if (word === 'store' || word === 'storedist') stored = ++at
    }
    return stored === undefined ? [1] : [1, stored]
  }
}

const read = 'readonly @geo'
const write = 'write denyoom @geo'
const keys = oneKey

/** Commands of places. */
export const geoCommands: readonly Command[] = [
  command('geoadd', -5, write, geoadd, { keys }),
  command('geodist', -4, read, geodist, { keys }),
  command('geohash', -2, read, geohash, { keys }),
  command('geopos', -2, read, geopos, { keys }),
  command('geosearch', -7, read, search({ kind: 'search', isReadonly: true }), { keys }),
  command('geosearchstore', -8, write, search({ kind: 'searchstore', isReadonly: false }), { keys: twoKeys }),
  command('georadius', -6, `${write} movablekeys`, search({ kind: 'radius', isReadonly: false }), {
    keys: { first: 1, last: 1, step: 1, find: radiusKeys(6) },
  }),
  command('georadiusbymember', -5, `${write} movablekeys`, search({ kind: 'member', isReadonly: false }), {
    keys: { first: 1, last: 1, step: 1, find: radiusKeys(5) },
  }),
  command('georadius_ro', -6, read, search({ kind: 'radius', isReadonly: true }), { keys }),
  command('georadiusbymember_ro', -5, read, search({ kind: 'member', isReadonly: true }), { keys }),
]
