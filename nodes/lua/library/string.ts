// The string library (reference manual, section 5.4), without `dump`.

import { type Arguments, install, type Library } from '../arguments.ts'
import { format } from './format.ts'
import { PatternMatch } from './pattern.ts'
import { type Machine, plainText } from '../machine.ts'
import { LuaTable } from '../table.ts'
import { LuaFunction, type LuaValue, typeName } from '../value.ts'

/** Installs `string`, and lets strings find its functions as methods. */
export function installString(machine: Machine): void {
  const library = install(machine, machine.table(), functions)
  library.put('gfind', library.get('gmatch'))
  machine.globals.put('string', library)
  const metatable = machine.table()
  metatable.put('__index', library)
  machine.stringMeta = metatable
}

/** A place in a string, negative from the end. */
function placeOf(place: number, length: number): number {
  if (place >= 0) return place
  return length + place + 1 < 0 ? 0 : length + place + 1
}

const functions: Library = {
  len: (args) => [args.string(1).length],
  sub: (args) => {
    const text = args.string(1)
    const from = Math.max(1, placeOf(args.integer(2), text.length))
    const to = Math.min(text.length, placeOf(args.integer(3, -1), text.length))
    return [from > to ? '' : text.slice(from - 1, to)]
  },
  upper: (args) => [args.string(1).replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase())],
  lower: (args) => [args.string(1).replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())],
  reverse: (args) => [args.string(1).split('').reverse().join('')],
  rep: (args) => {
    const text = args.string(1)
    const count = Math.max(0, args.integer(2))
    args.machine.meter.string(text.length * count)
    return [text === '' ? '' : text.repeat(count)]
  },
  byte: (args) => {
    const text = args.string(1)
    const from = placeOf(args.integer(2, 1), text.length)
    const to = Math.min(text.length, placeOf(args.integer(3, from), text.length))
    const first = Math.max(1, from)
    if (to - first >= 7999) throw args.machine.error('string slice too long')
    return Array.from({ length: Math.max(0, to - first + 1) }, (_, at) => text.charCodeAt(first - 1 + at))
  },
  char: (args) => [
    args.values
      .map((_, at) => {
        const code = args.integer(at + 1)
        if (code < 0 || code > 255) throw args.wrong(at + 1, 'invalid value')
        return String.fromCharCode(code)
      })
      .join(''),
  ],
  format: (args) => [format(args)],
  find: (args) => find(args, true),
  match: (args) => find(args, false),
  gmatch,
  gsub,
}

const specials = /[\^$*+?.([%-]/

function find(args: Arguments, isFind: boolean): LuaValue[] {
  const [subject, pattern] = [args.string(1), args.string(2)]
  const from = Math.min(subject.length, Math.max(0, placeOf(args.integer(3, 1), subject.length) - 1))
  args.machine.meter.step(1 + (subject.length >> 6))
  if (isFind && ((args.at(4) ?? false) !== false || !specials.test(pattern))) {
    const at = subject.indexOf(pattern, from)
    return at < 0 ? [undefined] : [at + 1, at + pattern.length]
  }
  const match = new PatternMatch(args.machine, subject, pattern)
  if (!match.find(from)) return [undefined]
  return isFind ? [match.start + 1, match.end, ...match.values(false)] : match.values(true)
}

function gmatch(args: Arguments): LuaValue[] {
  const [subject, pattern] = [args.string(1), args.string(2)]
  const { machine } = args
  let at = 0
  const iterate = machine.native(
    'gmatch_iterator',
    () => {
      const match = new PatternMatch(machine, subject, pattern)
      for (; at <= subject.length; at += 1) {
        if (!match.matchAt(at, 0)) continue
        at = match.end === at ? at + 1 : match.end
        return match.values(true)
      }
      return [undefined]
    },
    [subject, pattern],
  )
  return [iterate]
}

function gsub(args: Arguments): LuaValue[] {
  const [subject, pattern] = [args.string(1), args.string(2)]
  const replacement = args.at(3)
  const kind = typeName(replacement)
  if (!['string', 'number', 'function', 'table'].includes(kind))
    throw args.wrong(3, 'string/function/table expected')
  const max = args.integer(4, subject.length + 1)
  const isAnchored = pattern.startsWith('^')
  const match = new PatternMatch(args.machine, subject, pattern)
  const parts: string[] = []
  let [at, count] = [0, 0]
  while (count < max) {
    const isFound = match.matchAt(at, isAnchored ? 1 : 0)
    if (isFound) {
      count += 1
      const part = replaced(args, match, replacement)
      args.machine.meter.string(part.length)
      parts.push(part)
    }
    if (isFound && match.end > at) at = match.end
    else if (at < subject.length) {
      parts.push(subject.charAt(at))
      at += 1
    } else break
    if (isAnchored) break
  }
  parts.push(subject.slice(at))
  args.machine.meter.string(subject.length)
  return [parts.join(''), count]
}

function replaced({ machine }: Arguments, match: PatternMatch, replacement: LuaValue): string {
  const whole = match.captures.length
  let value: LuaValue
  if (replacement instanceof LuaFunction) [value] = machine.callBack(replacement, match.values(true))
  else if (replacement instanceof LuaTable) value = machine.index(replacement, match.capture(0))
  else return expanded(plainText(replacement), match, whole)
  if (value === undefined || value === false) return match.subjectSlice()
  if (typeof value === 'string' || typeof value === 'number') return plainText(value)
  throw machine.error(`invalid replacement value (a ${typeName(value)})`)
}

/** %1 to %9 and %0 in a replacement; any other character after a % is itself. */
function expanded(text: string, match: PatternMatch, captures: number): string {
  if (!text.includes('%')) return text
  let result = ''
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char !== '%') {
      result += char
      continue
    }
    at += 1
    const next = text.charAt(at)
    if (next === '0') result += match.subjectSlice()
    else if (next >= '1' && next <= '9')
      result += plainText(match.capture(captures === 0 && next === '1' ? 0 : Number(next) - 1))
    else result += next
  }
  return result
}
