// cjson: JSON to and from Lua, as Redis has it. null is a value of its own (`cjson.null`).

import { install } from '../arguments.ts'
import { readJson } from './json-reader.ts'
import { settingFunctions, usualSettings } from './json-settings.ts'
import { writeJson } from './json-writer.ts'
import type { Machine } from '../machine.ts'
import type { LuaTable } from '../table.ts'
import { LuaUserdata } from '../value.ts'

/** Installs `cjson`. */
export function installJson(machine: Machine): void {
  machine.globals.put('cjson', newJson(machine, new LuaUserdata('userdata: (nil)')))
}

function newJson(machine: Machine, none: LuaUserdata): LuaTable {
  const settings = usualSettings()
  const table = install(machine, machine.table(), {
    ...settingFunctions(settings),
    new: () => [newJson(machine, none)],
    encode: (args) => {
      if (args.count !== 1) throw args.wrong(1, 'expected 1 argument')
      return [writeJson(machine, settings, none, args.at(1))]
    },
    decode: (args) => {
      if (args.count !== 1) throw args.wrong(1, 'expected 1 argument')
      const text = args.string(1)
      machine.meter.step(text.length)
      if (text.length >= 2 && (text.startsWith('\0') || text.charAt(1) === '\0'))
        throw machine.error('JSON parser does not support UTF-16 or UTF-32')
      return [readJson(machine, settings, none, text)]
    },
  })
  table.put('null', none)
  table.put('_NAME', 'cjson')
  table.put('_VERSION', '2.1.0')
  return table
}
