// Lua 5.1 for programs that run scripts of their clients: the door.

export { Arguments } from './arguments.ts'
export { Lua, type LuaOutcome } from './interpreter.ts'
export { LuaBoundError, LuaError, LuaSyntaxError } from './lua-error.ts'
export type { LuaBounds } from './meter.ts'
export { LuaTable } from './table.ts'
export { LuaFunction, type LuaValue } from './value.ts'
