// The language by examples, its bounds, and sources that are no Lua.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Lua, LuaSyntaxError } from './index.ts'

function run(source: string, lua: Lua = new Lua()): string {
  const outcome = lua.run(lua.compile(source, 'test'))
  switch (outcome.kind) {
    case 'returned':
      return outcome.values.map((value) => lua.machine.text(value)).join(' ')
    case 'failed':
      return `error ${lua.machine.text(outcome.value)}`
    case 'exceeded':
      return `exceeded ${outcome.bound}`
  }
}

const examples: readonly (readonly [source: string, result: string])[] = [
  ['return 1 + 2 * 3 ^ 2, 7 % -3, 10 / 4, "10" + 5', '19 -2 2.5 15'],
  ['return 1 .. 2, "a" .. "b" .. "c", #"abc", -2 ^ 2', '12 abc 3 -4'],
  ['return not nil, nil and 1, false or "x", 1 == "1"', 'true nil x false'],
  ['local a, b, c = (function() return 1, 2 end)() return a, b, c', '1 2 nil'],
  ['local a, b = 1, 2 a, b = b, a return a, b', '2 1'],
  ['local t = {10, 20, [5] = 50, x = 1} return #t, t[5], t.x', '2 50 1'],
  ['local t = {} t[1] = 1 t[2] = 2 t[3] = 3 t[2] = nil t[3] = nil return #t', '1'],
  ['local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end return f(15)', '610'],
  [
    'local s = "" for k, v in pairs({3, 1, z = 2, a = 4}) do s = s .. tostring(k) .. v .. " " end return s',
    '13 21 z2 a4 ',
  ],
  ['local t = {a = 1, b = 2, c = 3} for k in pairs(t) do t[k] = nil end return next(t)', 'nil'],
  ['local n = 0 while true do n = n + 1 if n > 5 then break end end return n', '6'],
  ['local f = {} for i = 1, 3 do f[i] = function() return i end end return f[1]() + f[2]() + f[3]()', '6'],
  ['local o = {v = 3} function o:get(x) return self.v + x end return o:get(4)', '7'],
  ['return select("#", unpack({1, nil, 3}))', '3'],
  ['return pcall(error, {})', 'false table: 0x'],
  [
    'return math.floor(math.exp(1) * 1e6), math.floor(math.sin(2) * 1e6), math.floor(math.log(7) * 1e6)',
    '2718281 909297 1945910',
  ],
  ['return tostring(math.atan2(1, -1)), 2 ^ 0.5, 10 ^ -2', '2.3561944901923 1.4142135623731 0.01'],
  ['local x = 1 do local x = 2 end return x', '1'],
  ['local a a.b = 1', "error test:1: attempt to index local 'a' (a nil value)"],
  ['return {} + 1', 'error test:1: attempt to perform arithmetic on a table value'],
  ['\n\nerror("third")', 'error test:3: third'],
]

test.each(examples)('%s', (source, result) => {
  expect(run(source)).toContain(result)
})

describe('hostile code ends', () => {
  test.each([
    ['while true do end', 'steps'],
    ['while true do pcall(error) end', 'steps'],
    ['local function f() return f() + 1 end pcall(f) while true do pcall(f) end', 'memory'],
    ['return string.rep("x", 1e9)', 'memory'],
    ['local s = "x" while true do s = s .. s end', 'memory'],
    ['local t = {} while true do t[#t + 1] = {} end', 'memory'],
    ['return string.find(string.rep("a", 5000), string.rep("a*", 40) .. "b")', 'steps'],
    ['for i = 1, 0, 0 do end', 'steps'],
  ])('%s', (source, bound) => {
    const lua = new Lua({ stepsMax: 300_000, memoryMax: 4 * 1024 * 1024 })
    expect(run(source, lua)).toBe(`exceeded ${bound}`)
    // What comes after has bounds of its own.
    expect(run('return 1', lua)).toBe('1')
  })

  test.each([
    ['local function f() return 1 + f() end return f()', 'stack overflow'],
    ['local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x', 'loop in gettable'],
    ['local t = {} t.t = t return cjson.encode(t)', 'excessive nesting (1001)'],
    ['local f f = function() return pcall(f) end return select("#", f())', ''],
  ])('%s is an error', (source, message) => {
    expect(run(source)).toContain(message)
  })
})

const fuzzed = new Lua({ memoryMax: Infinity })

/** Whether a source is Lua; anything but the typed error is thrown. */
function compiles(source: string): boolean {
  try {
    fuzzed.compile(source, 'fuzz')
    return true
  } catch (error) {
    if (error instanceof LuaSyntaxError) return false
    throw error
  }
}

test('nesting is bounded, whatever nests', () => {
  for (const piece of ['(', '{', 'do ', 'if x then ', '- ', 'not ', 'x = function() ', 'f(', 'a[', 'a.'])
    expect(compiles(piece.repeat(100_000))).toBe(false)
  expect(compiles(`return ${'a..'.repeat(150)}b`)).toBe(true)
  expect(compiles(`return ${'a+'.repeat(100_000)}b`)).toBe(false)
})

const piece = fc.constantFrom(
  ...'and break do else elseif end false for function if in local nil not or repeat return then true until while x y 1 0x 2e "s" \' [[ ]] [=[ -- + - * / % ^ # == ~= <= >= < > = ( ) { } [ ] ; : , . .. ... \\ \n'.split(
    ' ',
  ),
)

test('random and mutated sources are Lua, or the typed error', () => {
  let refused = 0
  const check = (source: string): void => {
    if (!compiles(source)) refused += 1
  }
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => check(pieces.join(' '))),
    { numRuns: 300 },
  )
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 80 }), check), { numRuns: 200 })
  const mutated = fc.tuple(
    fc.constantFrom(...examples.map(([source]) => source)),
    fc.nat(200),
    piece,
    fc.nat(4),
  )
  fc.assert(
    fc.property(mutated, ([source, at, inserted, cut]) => {
      const place = at % source.length
      check(source.slice(0, place) + inserted + source.slice(place + cut))
    }),
    { numRuns: 300 },
  )
  expect(refused).toBeGreaterThan(100)
})
