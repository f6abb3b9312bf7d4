// What a script may set of `cjson`. As in Redis it holds for all that runs in the interpreter afterwards.

import type { Arguments, Library } from '../arguments.ts'
import type { LuaValue } from '../value.ts'

/** Settings of one `cjson`. */
export interface JsonSettings {
  encodeDepthMax: number
  decodeDepthMax: number
  /** Digits of a number, 1 to 14. */
  precision: number
  /** NaN and the infinities: an error, as C writes them, or null. */
  encodeInvalid: 'off' | 'on' | 'null'
  /** Hexadecimal, infinities, NaN, leading zeros are read. */
  decodesInvalid: boolean
  keepsBuffer: boolean
  /** What an array may have many more places than values of: `ratio` times, once it is longer than `safe`. */
  sparse: { isConverted: boolean; ratio: number; safe: number }
}

/** What Redis begins with. */
export function usualSettings(): JsonSettings {
  return {
    encodeDepthMax: 1000,
    decodeDepthMax: 1000,
    precision: 14,
    encodeInvalid: 'off',
    decodesInvalid: true,
    keepsBuffer: true,
    sparse: { isConverted: false, ratio: 2, safe: 10 },
  }
}

const wholeMax = 2_147_483_647

/** Functions that set and tell. */
export function settingFunctions(settings: JsonSettings): Library {
  const { sparse } = settings
  return {
    encode_sparse_array: (args) => {
      bounded(args, 3)
      sparse.isConverted = flag(args, 1, sparse.isConverted)
      sparse.ratio = whole(args, 2, sparse.ratio, [0, wholeMax])
      sparse.safe = whole(args, 3, sparse.safe, [0, wholeMax])
      return [sparse.isConverted, sparse.ratio, sparse.safe]
    },
    encode_max_depth: (args) => {
      bounded(args, 1)
      settings.encodeDepthMax = whole(args, 1, settings.encodeDepthMax, [1, wholeMax])
      return [settings.encodeDepthMax]
    },
    decode_max_depth: (args) => {
      bounded(args, 1)
      settings.decodeDepthMax = whole(args, 1, settings.decodeDepthMax, [1, wholeMax])
      return [settings.decodeDepthMax]
    },
    encode_number_precision: (args) => {
      bounded(args, 1)
      settings.precision = whole(args, 1, settings.precision, [1, 14])
      return [settings.precision]
    },
    encode_keep_buffer: (args) => {
      bounded(args, 1)
      settings.keepsBuffer = flag(args, 1, settings.keepsBuffer)
      return [settings.keepsBuffer]
    },
    encode_invalid_numbers: (args) => {
      bounded(args, 1)
      settings.encodeInvalid = choice(args, settings.encodeInvalid)
      return [settings.encodeInvalid === 'null' ? 'null' : settings.encodeInvalid === 'on']
    },
    decode_invalid_numbers: (args) => {
      bounded(args, 1)
      settings.decodesInvalid = flag(args, 1, settings.decodesInvalid)
      return [settings.decodesInvalid]
    },
  }
}

function bounded(args: Arguments, max: number): void {
  if (args.count > max) throw args.wrong(max + 1, 'found too many arguments')
}

function whole(
  args: Arguments,
  place: number,
  before: number,
  [min, max]: readonly [number, number],
): number {
  if (args.at(place) === undefined) return before
  const value = args.integer(place)
  if (value < min || value > max) throw args.wrong(1, `expected integer between ${min} and ${max}`)
  return value
}

function flag(args: Arguments, place: number, before: boolean): boolean {
  const value = args.at(place)
  if (value === undefined) return before
  if (typeof value === 'boolean') return value
  const word = args.string(place)
  if (word !== 'off' && word !== 'on') throw args.wrong(place, `invalid option '${word}'`)
  return word === 'on'
}

function choice(args: Arguments, before: JsonSettings['encodeInvalid']): JsonSettings['encodeInvalid'] {
  const value: LuaValue = args.at(1)
  if (value === undefined) return before
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  const word = args.string(1)
  if (word !== 'off' && word !== 'on' && word !== 'null') throw args.wrong(1, `invalid option '${word}'`)
  return word
}
