// The basic functions (reference manual, section 5.1), without those that reach files or the host.

import { type Arguments, install, type Library } from '../arguments.ts'
import { compileChunk } from '../compile.ts'
import { LuaError, LuaSyntaxError } from '../lua-error.ts'
import { type Machine, plainText } from '../machine.ts'
import { isTrue } from '../operators.ts'
import { parseChunk } from '../parser.ts'
import { LuaTable } from '../table.ts'
import { type LuaValue, typeName } from '../value.ts'

const resultsMax = 7999

/** Installs the basic functions as globals. */
export function installBase(machine: Machine): void {
  const { globals } = machine
  install(machine, globals, basic)
  globals.put('_G', globals)
  globals.put('_VERSION', 'Lua 5.1')
  const next = globals.get('next')
  const step = machine.native('ipairs_iterator', ([table, at]) => {
    const place = Number(at) + 1
    const value = table instanceof LuaTable ? table.get(place) : undefined
    return value === undefined ? [undefined] : [place, value]
  })
  install(machine, globals, {
    pairs: (args) => [next, args.table(1), undefined],
    ipairs: (args) => [step, args.table(1), 0],
  })
}

const basic: Library = {
  assert: (args) => {
    if (isTrue(args.any(1))) return args.values
    throw args.machine.error(args.at(2) === undefined ? 'assertion failed!' : args.string(2))
  },
  error: (args) => {
    const level = args.integer(2, 1)
    const value = args.at(1)
    const isText = typeof value === 'string' || typeof value === 'number'
    throw new LuaError(isText && level > 0 ? args.machine.where(level) + plainText(value) : value)
  },
  pcall: (args) => {
    args.any(1)
    return protectedCall(args.machine, args.at(1), args.values.slice(1))
  },
  xpcall: (args) => {
    const handler = args.any(2)
    const { machine } = args
    machine.temporaries.push(handler)
    const results = protectedCall(machine, args.at(1), [], handler)
    machine.temporaries.pop()
    return results
  },
  select: (args) => {
    if (args.at(1) === '#') return [args.count - 1]
    const place = args.integer(1)
    const from = place < 0 ? args.count + place : place
    if (from < 1) throw args.wrong(1, 'index out of range')
    return args.values.slice(from)
  },
  tonumber,
  tostring: (args) => [args.machine.text(args.any(1))],
  type: (args) => [typeName(args.any(1))],
  next: (args) => {
    args.machine.meter.step()
    try {
      const pair = args.table(1).next(args.at(2))
      return pair === undefined ? [undefined] : [pair[0], pair[1]]
    } catch (error) {
      throw error instanceof LuaError && error.message.startsWith('invalid key')
        ? args.machine.fault(error.message)
        : error
    }
  },
  rawget: (args) => [args.table(1).get(args.any(2))],
  rawset: (args) => {
    args.any(3)
    raised(args, () => {
      args.table(1).set(args.at(2), args.at(3))
    })
    return [args.at(1)]
  },
  rawequal: (args) => [args.any(1) === args.any(2)],
  getmetatable: (args) => {
    const metatable = args.machine.metatableOf(args.any(1))
    return [metatable?.get('__metatable') ?? metatable ?? undefined]
  },
  setmetatable,
  unpack: (args) => {
    const table = args.table(1)
    const [from, to] = [args.integer(2, 1), args.integer(3, table.length)]
    if (from > to) return []
    if (to - from >= resultsMax) throw args.machine.error('too many results to unpack')
    args.machine.meter.step(to - from)
    return Array.from({ length: to - from + 1 }, (_, at) => table.get(from + at))
  },
  loadstring: (args) => load(args.machine, args.string(1), args.at(2)),
  load: (args) => {
    let source = ''
    for (;;) {
      const [piece] = args.machine.callBack(args.function(1), [])
      if (typeof piece !== 'string' || piece === '') break
      args.machine.meter.string(source.length + piece.length)
      source += piece
    }
    return load(args.machine, source, args.at(2) ?? '=(load)')
  },
  collectgarbage,
  gcinfo: (args) => [kilobytes(args.machine), 0],
}

/** Memory takes care of itself here: what scripts ask for is answered, and changes nothing. */
function collectgarbage(args: Arguments): LuaValue[] {
  const option = args.at(1) === undefined ? 'collect' : args.string(1)
  args.integer(2, 0)
  switch (option) {
    case 'collect':
    case 'stop':
    case 'restart':
      return [0]
    case 'count':
      return [kilobytes(args.machine)]
    case 'step':
      return [false]
    case 'setpause':
    case 'setstepmul':
      return [200]
    default:
      throw args.wrong(1, `invalid option '${option}'`)
  }
}

function kilobytes({ meter }: Machine): number {
  return Math.floor(meter.memory / 1024) + 1
}

function raised(args: Arguments, act: () => void): void {
  try {
    act()
  } catch (error) {
    throw error instanceof LuaError ? args.machine.fault(error.message) : error
  }
}

function setmetatable(args: Arguments): LuaValue[] {
  const table = args.table(1)
  const metatable = args.at(2)
  if (args.count < 2 || !(metatable === undefined || metatable instanceof LuaTable))
    throw args.wrong(2, 'nil or table expected')
  if (table.metatable?.get('__metatable') !== undefined)
    throw args.machine.error('cannot change a protected metatable')
  if (table.isReadonly) throw args.machine.fault('Attempt to modify a readonly table')
  table.metatable = metatable ?? null
  return [table]
}

function tonumber(args: Arguments): LuaValue[] {
  const base = args.integer(2, 10)
  if (base === 10) {
    const value = args.any(1)
    return [typeof value === 'number' || typeof value === 'string' ? numberOf(args) : undefined]
  }
  const text = args.string(1).trim().toLowerCase()
  if (base < 2 || base > 36) throw args.wrong(2, 'base out of range')
  const digits = base === 16 ? text.replace(/^(-?)0x/, '$1') : text
  let value = 0
  for (const char of digits.replace(/^-/, '')) {
    const digit = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(char)
    if (digit < 0 || digit >= base) return [undefined]
    value = value * base + digit
  }
  if (digits === '' || digits === '-') return [undefined]
  return [digits.startsWith('-') ? 18_446_744_073_709_552_000 - value : value]
}

function numberOf(args: Arguments): LuaValue {
  try {
    return args.number(1)
  } catch (error) {
    if (error instanceof LuaError) return undefined
    throw error
  }
}

/** A chunk's name as errors show it. */
function chunkName(source: string, name: LuaValue): string {
  const given = typeof name === 'string' ? name : source
  if (given.startsWith('=') || given.startsWith('@')) return given.slice(1)
  const [line = ''] = given.split('\n')
  const shown = line.length > 44 || line !== given ? `${line.slice(0, 41)}...` : line
  return `[string "${shown}"]`
}

function load(machine: Machine, source: string, name: LuaValue): LuaValue[] {
  machine.meter.step(source.length)
  const chunk = chunkName(source, name)
  try {
    return [compileChunk(machine, parseChunk(source, chunk), chunk)]
  } catch (error) {
    if (error instanceof LuaSyntaxError) return [undefined, error.message]
    throw error
  }
}

function protectedCall(machine: Machine, called: LuaValue, args: LuaValue[], handler?: LuaValue): LuaValue[] {
  const mark = machine.mark()
  try {
    return [true, ...machine.callBack(called, args, true)]
  } catch (error) {
    machine.restore(mark, error)
    if (!(error instanceof LuaError)) throw error
    machine.meter.step(20)
    return [
      false,
      ...(handler === undefined ? machine.caught(error.value) : handled(machine, handler, error.value)),
    ]
  }
}

function handled(machine: Machine, handler: LuaValue, value: LuaValue): LuaValue[] {
  const mark = machine.mark()
  try {
    return machine.callBack(handler, [value]).slice(0, 1)
  } catch (error) {
    machine.restore(mark, error)
    if (error instanceof LuaError) return ['error in error handling']
    throw error
  }
}
