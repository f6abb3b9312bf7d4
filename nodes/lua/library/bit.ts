// LuaBitOp's `bit`: operations on 32 bits, results with a sign.

import { type Arguments, install, type Library } from '../arguments.ts'
import type { Machine } from '../machine.ts'

/** Installs `bit`. */
export function installBit(machine: Machine): void {
  machine.globals.put('bit', install(machine, machine.table(), functions))
}

/** A number as 32 bits: rounded to a whole one, the higher bits cut off. */
function bitsOf(args: Arguments, place: number): number {
  const value = args.number(place)
  if (!Number.isFinite(value)) return 0
  const floor = Math.floor(value)
  const rest = value - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor
  return rounded | 0
}

function folded(combine: (a: number, b: number) => number): (args: Arguments) => number[] {
  return (args) => [
    args.values.reduce<number>(
      (all, _, at) => (at === 0 ? all : combine(all, bitsOf(args, at + 1))),
      bitsOf(args, 1),
    ),
  ]
}

const functions: Library = {
  tobit: (args) => [bitsOf(args, 1)],
  bnot: (args) => [~bitsOf(args, 1)],
  band: folded((a, b) => a & b),
  bor: folded((a, b) => a | b),
  bxor: folded((a, b) => a ^ b),
  lshift: (args) => [bitsOf(args, 1) << (bitsOf(args, 2) & 31)],
  rshift: (args) => [(bitsOf(args, 1) >>> (bitsOf(args, 2) & 31)) | 0],
  arshift: (args) => [bitsOf(args, 1) >> (bitsOf(args, 2) & 31)],
  rol: (args) => [rotated(bitsOf(args, 1), bitsOf(args, 2))],
  ror: (args) => [rotated(bitsOf(args, 1), -bitsOf(args, 2))],
  bswap: (args) => {
    const x = bitsOf(args, 1)
    return [((x & 255) << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)]
  },
  tohex: (args) => {
    const count = args.at(2) === undefined ? 8 : bitsOf(args, 2)
    const digits = (bitsOf(args, 1) >>> 0).toString(16).padStart(8, '0')
    const shown = digits.slice(8 - Math.min(8, Math.abs(count)))
    return [count < 0 ? shown.toUpperCase() : shown]
  },
}

function rotated(x: number, by: number): number {
  const count = by & 31
  return count === 0 ? x : (x << count) | (x >>> (32 - count))
}
