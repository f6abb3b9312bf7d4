// Bounds of a run: memory is what is alive, depth is what is counted, and neither depends on the machine.

import { describe, expect, test } from 'vitest'

import { Lua, type LuaOutcome } from './index.ts'

function run(source: string, lua: Lua = new Lua()): LuaOutcome {
  return lua.run(lua.compile(source, 'test'))
}

const megabyte = 1024 * 1024

describe('memory', () => {
  test.each([
    ['tables that are let go', 'for i = 1, 300000 do local t = {i, i} end'],
    ['strings that are let go', 'local n = 0 for i = 1, 300 do n = n + #(string.rep("x", 100000) .. i) end'],
    ['functions that are let go', 'for i = 1, 200000 do local f = function() return i end end'],
    ['a queue that stays short', 'local q = {} for i = 1, 200000 do q[i] = {i} q[i - 5] = nil end'],
    [
      'coroutines that have ended',
      'for i = 1, 20000 do coroutine.wrap(function() coroutine.yield() end)() end',
    ],
    [
      'within a call',
      'local function f() for i = 1, 300000 do local t = {i, i} end return 1 end return 1 + f()',
    ],
    ['within pcall', 'assert(pcall(function() for i = 1, 300000 do local t = {i, i} end end))'],
    [
      'within a coroutine',
      'local w = coroutine.wrap(function() for i = 1, 100000 do coroutine.yield({i, i}) end end) for i = 1, 100000 do w() end',
    ],
  ])('%s does not end a run', (_, source) => {
    expect(run(source, new Lua({ memoryMax: 4 * megabyte }))).toMatchObject({ kind: 'returned' })
  })

  test.each([
    ['a table that grows', 'local t = {} while true do t[#t + 1] = {} end'],
    ['keys that grow', 'local t, n = {}, 0 while true do n = n + 1 t["k" .. n] = true end'],
    ['strings that are kept', 'local t = {} while true do t[#t + 1] = string.rep("x", 100000) .. #t end'],
    ['functions that are kept', 'local t = {} while true do t[#t + 1] = function() return t end end'],
    [
      'a chain through upvalues',
      'local f = function() end while true do local g = f f = function() return g end end',
    ],
    [
      'coroutines that wait',
      'local t = {} while true do local c = coroutine.wrap(function() local x = {} coroutine.yield() return x end) c() t[#t + 1] = c end',
    ],
    [
      'what only an expression holds',
      'local function f(n) return {string.rep("x", 50000) .. n, f(n + 1)} end f(1)',
    ],
    [
      'arguments that wait',
      'local function k() end local function f(n) k(string.rep("x", 50000) .. n, f(n + 1)) end f(1)',
    ],
    [
      'a table under construction',
      'local function f(n) return {a = string.rep("x", 50000) .. n, b = f(n + 1)} end f(1)',
    ],
    ['operands that wait', 'local function f(n) return (string.rep("x", 50000) .. n) .. f(n + 1) end f(1)'],
    [
      'variables that were overwritten while their value waits',
      'local x = "" local function k() end local r function r(n) return k(x, (function() x = string.rep("y", 50000) .. n return r(n + 1) end)()) end r(1)',
    ],
    [
      'loops that hold their state',
      'local function f(n) local s = string.rep("x", 50000) .. n for a in function(s, c) return c == nil and 1 or nil end, s do s = nil f(n + 1) end end f(1)',
    ],
    [
      'what a metamethod hides',
      'local t = setmetatable({}, {__index = function(_, n) local x = {} for i = 1, 1000000 do x[i % 10] = {i, i} end return x end}) return t[1]',
    ],
  ])('%s does', (_, source) => {
    expect(run(source, new Lua({ memoryMax: 4 * megabyte }))).toEqual({ kind: 'exceeded', bound: 'memory' })
  })

  test('it ends at the same place each time', () => {
    const ends = [1, 2].map(() => {
      const lua = new Lua({ memoryMax: megabyte })
      const outcome = run('n = 0 t = {} while true do n = n + 1 t[n] = {n} end', lua)
      return [outcome.kind, lua.globals.get('n')]
    })
    expect(ends[0]).toEqual(ends[1])
    expect(ends[0]?.[1]).toBeGreaterThan(8000)
  })
})

/** How many frames of a plain function the real stack takes from here. */
function framesLeft(): number {
  let frames = 0
  const dive = (): void => {
    frames += 1
    dive()
  }
  try {
    dive()
  } catch {
    // The stack was full.
  }
  return frames
}

function afterFrames<T>(frames: number, act: () => T): T {
  return frames === 0 ? act() : afterFrames(frames - 1, act)
}

const nest = (open: string, inner: string, close: string, times: number): string =>
  open.repeat(times) + inner + close.repeat(times)

const deep: readonly (readonly [string, string])[] = [
  ['calls', 'local function f(n) return 1 + f(n + 1) end return f(1)'],
  ['wide expressions', `local function f() return ${nest('(1 + ', 'f()', ')', 15)} end return f()`],
  ['blocks', `local function f() ${nest('do if true then ', 'local x = f()', ' end end', 12)} end f()`],
  ['pcall', 'local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()'],
  ['metamethods', 'local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) return t[1]'],
  [
    'arithmetic of tables',
    'local m = {} m.__add = function(a, b) return a + b end local t = setmetatable({}, m) return t + t',
  ],
  ['gsub', 'local function f() return (string.gsub("x", "x", f)) end f()'],
  ['sort', 'local function f() table.sort({1, 2, 3}, f) return true end f()'],
  ['iterators', 'local function f() for x in f do end return 1 end f()'],
  ['coroutines', 'local function f() return coroutine.wrap(f)() end f()'],
  [
    'wide expressions with metamethods in coroutines',
    `local m = {} m.__add = function(a, b) return ${nest('(1 + ', 'a + b', ')', 15)} end local t = setmetatable({}, m) coroutine.wrap(function() return ${nest('(1 + ', 't + tostring(1)', ')', 15)} end)()`,
  ],
  ['load', 'local function f() return load(f) end f()'],
  [
    'tostring',
    'local t = {} setmetatable(t, {__tostring = function() return tostring(t) end}) return tostring(t)',
  ],
  ['__call', 'local t = setmetatable({}, {__call = function(self) return 1 + self() end}) return t()'],
]

describe('depth', () => {
  const half = Math.floor(framesLeft() / 2)

  test.each(deep)('%s end by what is counted, with half of the real stack already taken', (_, source) => {
    const shallow = run(source)
    const late = afterFrames(half, () => run(source))
    expect(late).toEqual(shallow)
    expect(shallow.kind).toBe('failed')
    expect(shallow.kind === 'failed' ? shallow.value : '').toMatch(/stack overflow/)
  })

  test('16000 calls of Lua within one another are fine, and as many calls in place of one another as there are steps', () => {
    const source =
      'local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end local function g(n) if n == 0 then return "end" end return g(n - 1) end return f(16000), g(1000000)'
    expect(afterFrames(half, () => run(source))).toEqual({ kind: 'returned', values: [16_000, 'end'] })
  })
})
