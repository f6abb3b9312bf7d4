// The math library (reference manual, section 5.6). Random numbers are those of Redis: drand48, so that a script that seeds
// draws the same there and here; without a seed the host gives one.

import { install, type Library } from '../arguments.ts'
import type { Machine } from '../machine.ts'
import {
  arcTangent,
  arcTangent2,
  cosine,
  exponential,
  fractionAndExponent,
  logarithm,
  power,
  scaled,
  sine,
} from '../real-functions.ts'

/** A run's random numbers. */
export class LuaRandom {
  #state: bigint | null = null
  /** Gives the seed of a run that sets none; asked once a run, and only if it draws. */
  draw: () => number = () => 0

  /** Forgets the seed: a run begins. */
  begin(): void {
    this.#state = null
  }

  seed(value: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(value)) << 16n) | 0x330en
  }

  /** 0 to 1, without 1. */
  next(): number {
    if (this.#state === null) this.seed(this.draw())
    this.#state = BigInt.asUintN(48, (this.#state ?? 0n) * 0x5deece66dn + 0xbn)
    const bits = Number(this.#state >> 17n)
    return (bits % 0x7fff_ffff) / 0x7fff_ffff
  }
}

/** Installs `math`. */
export function installMath(machine: Machine, random: LuaRandom): void {
  const table = install(machine, machine.table(), functions)
  install(machine, table, {
    random: (args) => {
      const value = random.next()
      if (args.count === 0) return [value]
      const [from, to] = args.count === 1 ? [1, args.integer(1)] : [args.integer(1), args.integer(2)]
      if (args.count > 2) throw args.machine.error('wrong number of arguments')
      if (from > to) throw args.wrong(args.count, 'interval is empty')
      return [Math.floor(value * (to - from + 1)) + from]
    },
    randomseed: (args) => {
      random.seed(args.integer(1))
      return []
    },
  })
  table.put('pi', Math.PI)
  table.put('huge', Infinity)
  table.put('mod', table.get('fmod'))
  machine.globals.put('math', table)
}

const functions: Library = {
  abs: (args) => [Math.abs(args.number(1))],
  ceil: (args) => [Math.ceil(args.number(1))],
  floor: (args) => [Math.floor(args.number(1))],
  sqrt: (args) => [Math.sqrt(args.number(1))],
  max: (args) => [
    args.values.reduce<number>((max, _, at) => Math.max(max, args.number(at + 1)), args.number(1)),
  ],
  min: (args) => [
    args.values.reduce<number>((min, _, at) => Math.min(min, args.number(at + 1)), args.number(1)),
  ],
  fmod: (args) => [args.number(1) % args.number(2)],
  modf: (args) => {
    const value = args.number(1)
    const whole = Math.trunc(value)
    return [whole, Number.isFinite(value) ? value - whole : 0]
  },
  frexp: (args) => [...fractionAndExponent(args.number(1))],
  ldexp: (args) => [scaled(args.number(1), args.integer(2))],
  pow: (args) => [power(args.number(1), args.number(2))],
  exp: (args) => [exponential(args.number(1))],
  log: (args) => [logarithm(args.number(1))],
  log10: (args) => [decimalLogarithm(args.number(1))],
  sin: (args) => [sine(args.number(1))],
  cos: (args) => [cosine(args.number(1))],
  tan: (args) => [sine(args.number(1)) / cosine(args.number(1))],
  asin: (args) => [arcTangent2(args.number(1), Math.sqrt(1 - args.number(1) * args.number(1)))],
  acos: (args) => [arcTangent2(Math.sqrt(1 - args.number(1) * args.number(1)), args.number(1))],
  atan: (args) => [arcTangent(args.number(1))],
  atan2: (args) => [arcTangent2(args.number(1), args.number(2))],
  sinh: (args) => [(exponential(args.number(1)) - exponential(-args.number(1))) / 2],
  cosh: (args) => [(exponential(args.number(1)) + exponential(-args.number(1))) / 2],
  tanh: (args) => {
    const twice = exponential(2 * args.number(1))
    return [twice === Infinity ? 1 : (twice - 1) / (twice + 1)]
  },
  rad: (args) => [(args.number(1) / 180) * Math.PI],
  deg: (args) => [(args.number(1) / Math.PI) * 180],
}

/** Exact for powers of ten. */
function decimalLogarithm(x: number): number {
  const value = logarithm(x) / 2.302585092994046
  const whole = Math.round(value)
  return Math.abs(value - whole) < 1e-9 && power(10, whole) === x ? whole : value
}
