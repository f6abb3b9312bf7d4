// A setting: how its value is read and kept, by what kind of value it is.

import { parseLong } from './numbers.ts'
import type { ByteString } from './value.ts'

/** How a setting is read. */
export interface Setting {
  readonly initial: ByteString
  /** Only given at the start. */
  readonly isFixed?: boolean
  /** Set later only where `enable-protected-configs` says so. */
  readonly isProtected?: boolean
  /** Why it stays as it was at the start, where Redis could change it. */
  readonly whyKept?: string
  readonly parse: (text: ByteString) => Parsed
  /** What a new value makes of the old one; by default it takes its place. */
  readonly merge?: (old: ByteString, value: ByteString) => ByteString
}

/** What a text is as a value. */
type Parsed =
  { readonly isValid: true; readonly value: ByteString } | { readonly isValid: false; readonly why: string }

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1000],
  ['kb', 1024],
  ['m', 1_000_000],
  ['mb', 1_048_576],
  ['g', 1_000_000_000],
  ['gb', 1_073_741_824],
])

/** Bytes written with a unit; null for what is none. */
export function parseMemory(text: ByteString): number | null {
  const match = /^([0-9]+)([a-z]*)$/i.exec(text)
  const unit = units.get((match?.[2] ?? '?').toLowerCase())
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}

/** A value that is one. */
export function valid(value: ByteString): Parsed {
  return { isValid: true, value }
}

/** Why a value is none. */
export function invalid(why: string): Parsed {
  return { isValid: false, why }
}

/** The largest number of a setting that is 64 bits wide. */
export const longMax = 9_223_372_036_854_775_807n

/** A whole number; bounds as their text says them. */
export function number(initial: number, min = 0, max: number | bigint = 2_147_483_647): Setting {
  return {
    initial: `${initial}`,
    parse: (text) => {
      const value = parseLong(text)
      if (value === null) return invalid("argument couldn't be parsed into an integer")
      return value < min || value > max
        ? invalid(`argument must be between ${min} and ${max} inclusive`)
        : valid(`${value}`)
    },
  }
}

/** Bytes, which may be written with a unit. */
export function memory(initial: number, min = 0): Setting {
  return {
    initial: `${initial}`,
    parse: (text) => {
      const value = parseMemory(text)
      if (value === null) return invalid('argument must be a memory value')
      return value < min
        ? invalid(`argument must be between ${min} and 9223372036854775807 inclusive`)
        : valid(`${value}`)
    },
  }
}

/** Bytes, or so many percents of something, at most all of it. */
export function memoryOrPercent(initial: number): Setting {
  return {
    initial: `${initial}`,
    parse: (text) => {
      const bytes = parseMemory(text)
      if (bytes !== null) return valid(`${bytes}`)
      const digits = /^(0|[1-9][0-9]*)%$/.exec(text)?.[1]
      if (digits === undefined) return invalid('argument must be a memory or percent value')
      const percents = Number(digits)
      if (percents > 100) return invalid('percentage argument must be less or equal to 100')
      return valid(percents === 0 ? '0' : `${percents}%`)
    },
  }
}

/** One of some words, which its error lists in this order. */
export function choice(initial: string, ...all: readonly string[]): Setting {
  return {
    initial,
    parse: (text) =>
      all.includes(text.toLowerCase())
        ? valid(text.toLowerCase())
        : invalid(`argument(s) must be one of the following: ${all.join(', ')}`),
  }
}

/** `yes` or `no`. */
export function flag(initial: 'yes' | 'no'): Setting {
  return {
    initial,
    parse: (text) =>
      /^(?:yes|no)$/i.test(text) ? valid(text.toLowerCase()) : invalid("argument must be 'yes' or 'no'"),
  }
}

/** Anything. */
export function text(initial = ''): Setting {
  return { initial, parse: valid }
}

/** What only the start can say. */
export function fixed(setting: Setting): Setting {
  return { ...setting, isFixed: true }
}

/** What has one value, the only one that is true here. */
export function only(value: string): Setting {
  return {
    initial: value,
    parse: (text) => (text === value ? valid(text) : invalid(`argument must be '${value}' here`)),
  }
}

/** What only the start can say, although Redis could change it later. */
export function kept(setting: Setting, why: string): Setting {
  return { ...setting, whyKept: why }
}

/** What may be set later only where a setting of the start allows it. */
export function protectedBy(setting: Setting): Setting {
  return { ...setting, isProtected: true }
}

/** A number that is brought within its bounds where it is beyond. */
export function clamped(setting: Setting, min: number, max: number): Setting {
  return {
    ...setting,
    merge: (_, value) => `${Math.min(max, Math.max(min, Number(value)))}`,
  }
}
