// Scripts against a real redis-server: fixed programs over the whole language and library, random ones, both protocols.

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { comparedCommands } from './testing/compared-commands.ts'
import { hasRealRedis, type Pair, sameReplies, startPair } from './testing/differential.ts'

const programs: readonly string[] = [
  'return x',
  'x = 1',
  'return 1 +',
  'for',
  'local a = nil; return a.b',
  'local t = {} ; return t.x.y',
  'return ("x"):bad()',
  'return nil .. "a"',
  'return 1 < "2"',
  'return {} < {}',
  'return #5',
  'error("x")',
  'error({err="MY x"})',
  'error("a", 0)',
  'return error("deep")',
  'local function f() error("in f") end\nf()',
  'return {pcall(error, "p")}',
  'return {pcall(function() error("q") end)}',
  'return select(2, pcall(function() local a = 1; return a.b.c end))',
  'return select(2, xpcall(function() error("z") end, function(e) return e .. "!" end))',
  'return tostring(1e15) .. tostring(1e14) .. tostring(0.1) .. tostring(1/0) .. tostring(-1/0)',
  'return {1, 2.9, -2.9, "s", true, false, 3}',
  'return {1, nil, 3}',
  'return {ok="fine"}',
  'return {err="x y"}',
  'return redis.error_reply("x y")',
  'return redis.status_reply("st")',
  'return {double=3.25}',
  'return {map={a=1}}',
  'return {set={a=true}}',
  'return {big_number="123"}',
  'return {verbatim_string={format="txt", string="hi"}}',
  'redis.setresp(3); return {true, false}',
  'redis.call("HSET", "h", "a", "1"); redis.setresp(3); return redis.call("HGETALL", "h")',
  'redis.setresp(3); redis.call("SADD", "s", "a"); return redis.call("SMEMBERS", "s")',
  'redis.setresp(3); return redis.call("GET", "none")',
  'redis.call("ZADD", "z", 1.5, "m"); redis.setresp(3); return redis.call("ZSCORE", "z", "m")',
  'return redis.call("GET", "none")',
  'redis.call("SET", "a", 3.5); return redis.call("GET", "a")',
  'return redis.call("SET", "a", "b")',
  'return redis.call("nosuch")',
  'return redis.call("GET")',
  'return redis.call()',
  'return redis.call({})',
  'return redis.call("MULTI")',
  'redis.call("SET", "a", "b"); redis.call("INCR", "a")',
  'return redis.pcall("INCR", "a", "b").err',
  'redis.call("LPUSH", "l", "1"); return redis.pcall("INCR", "l")',
  'return redis.call("BLPOP", "nolist", 0)',
  'redis.call("SELECT", 3); redis.call("SET", "k", "v"); return redis.call("GET", "k")',
  'redis.foo = 1',
  'string.x = 1',
  'return redis.sha1hex("a")',
  '#!lua flags=no-writes\nreturn redis.call("SET", "a", 1)',
  '#!lua flags=foo\nreturn 1',
  '#!foo\nreturn 1',
  'math.randomseed(7); return {math.random(100), math.random(5, 9), math.random(1000000)}',
  'return string.format("%q %5.2f %s %d %x %-5s| %05d %+d %e %g %c", "a\\nb", 3.14159, "x", 3, 255, "l", 42, 7, 12345.678, 1e20, 65)',
  'string.rep("x")',
  'return {string.find("hello world", "o w"), string.find("hello", "l+"), string.find("a.b", ".", 1, true)}',
  'return {string.match("key=val", "(%w+)=(%w+)")}',
  'return {string.gsub("hello world", "(o)", "<%1>")}',
  'return {string.gsub("abc", "%w", {a="1", b=true})}',
  'return {string.gsub("abc", "", "-")}',
  'local r = {} for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do r[#r+1] = k .. v end return r',
  'return {string.match("THE (quick) fox", "%((%a+)%)"), string.match("f(a(b)c)d", "%b()")}',
  'return string.gsub("THE (quick) fox", "%f[%a]%a+", "w")',
  'return string.match("a", "[")',
  'return string.match("a", "%")',
  'local t = {5, 2, 8, 1}; table.sort(t); return t',
  'local t = {5, 2, 8, 1}; table.sort(t, function(a, b) return a > b end); return t',
  'local t = {1, 2}; table.insert(t, 3); table.insert(t, 1, 0); return {table.concat(t, ","), table.remove(t), table.remove(t, 1), #t}',
  'return table.concat({1, {}, 3})',
  'return {unpack({1, 2, 3}, 2)}',
  'return {tonumber("0x10"), tonumber("  12  "), tonumber("1e2"), tonumber("z", 36), tonumber("12a") == nil}',
  'local t = setmetatable({}, {__index = function(t, k) return k .. "!" end, __call = function(self, a) return a end}); return {t.x, t(5)}',
  'local m = {__add = function(a, b) return 7 end, __concat = function() return "c" end, __eq = function() return true end, __lt = function() return true end, __unm = function() return 9 end}; local a, b = setmetatable({}, m), setmetatable({}, m); return {a + 1, a .. "x", a == b, a < b, -a}',
  'local function f(...) return select("#", ...), ... end; return {f(1, nil, 3)}',
  'local t = {} for i = 1, 3 do t[i] = function() i = i + 1; return i end end return {t[1](), t[1](), t[2]()}',
  'local i = 0 repeat local j = i; i = i + 1 until j >= 3 return i',
  'for i = 10, 1, -3 do if i < 5 then return i end end',
  'local s = 0 for k, v in pairs({1, 2, a = 3}) do s = s + v end return s',
  'return cjson.encode({1, 2, {a = 1}})',
  'return cjson.encode({})',
  'return cjson.encode("\\\\ \\127 \\1 / \\200")',
  'return cjson.decode("[1,")',
  'return cjson.encode({x = "a/b\\"\\n", })',
  'local d = cjson.decode(\'{"a": [1, 2.5, null, true], "b": {"c": "\\\\u00e9"}}\'); return {d.a[1], tostring(d.a[2]), d.a[3] == cjson.null, d.a[4], d.b.c}',
  'return {bit.band(12, 10), bit.bor(12, 10), bit.bxor(12, 10), bit.lshift(1, 31), bit.tohex(255), bit.bnot(0)}',
  'return tostring(2^0.5) .. " " .. 7 % -3 .. " " .. -7 % 3 .. " " .. 2^53',
  'return {math.floor(-1.5), math.ceil(1.2), math.max(1, 5, 3), math.min(2, 0), math.abs(-4), math.fmod(-7, 3)}',
  'return loadstring("return 1 + 1")()',
  'return {loadstring("return +")}',
  'return rawset(_G, "a", 1)',
  'local a <const> = 1',
  'goto x',
  'break',
  'return 3 return 4',
  'return "\\65\\066\\n\\300"',
  'return [==[long ]] string]==]',
  '-- comment\n--[[ long\n]] return 1',
  'local a = 3 return #(1 and a)',
  'local a = 3 return #(nil or a)',
  'local function f() return 1, 2 end return {1 and f()}',
  'return 0x7fffffffff, 1',
]

describe.skipIf(!hasRealRedis).each([2, 3] as const)(
  'scripts as a real redis-server runs them, RESP%d',
  (protocol) => {
    let pair: Pair
    beforeAll(async () => {
      pair = await startPair(protocol)
    })
    afterAll(async () => {
      await pair.stop()
    })

    test.each(programs.map((program) => [program]))('%s', async (program) => {
      const commands = [
        ['SCRIPT', 'FLUSH'],
        ['EVAL', program, '1', 'k', 'v'],
        ['EVAL_RO', program, '0'],
      ]
      await expect(sameReplies(pair, commands)).resolves.toBeUndefined()
    })

    test('commands, their errors and functions', async () => {
      const library =
        '#!lua name=lib\nredis.register_function("f", function(keys, args) return {keys[1], args[1]} end)\nredis.register_function{function_name="g", callback=function() return redis.call("SET", "a", 1) end, flags={"no-writes"}, description="d"}'
      const commands = [
        ['EVAL', 'return KEYS[1]', '1'],
        ['EVAL', 'return 1', '-1'],
        ['EVAL', 'return 1', 'x'],
        ['EVALSHA', 'nosuch', '0'],
        ['SCRIPT', 'LOAD', 'return ARGV[1]'],
        ['EVALSHA', '098E0F0D1448C0A81DAFE820F66D460EB09263DA', '0', 'x'],
        ['SCRIPT', 'EXISTS', '098e0f0d1448c0a81dafe820f66d460eb09263da', 'x'],
        ['SCRIPT', 'FLUSH', 'x'],
        ['SCRIPT', 'KILL'],
        ['SCRIPT', 'LOAD', 'return +'],
        ['FUNCTION', 'FLUSH'],
        ['FUNCTION', 'LOAD', library],
        ['FUNCTION', 'LOAD', library],
        ['FUNCTION', 'LOAD', 'REPLACE', library],
        ['FCALL', 'f', '1', 'k', 'v'],
        ['FCALL_RO', 'f', '1', 'k', 'v'],
        ['FCALL', 'g', '0'],
        ['FCALL', 'h', '0'],
        ['FUNCTION', 'STATS'],
        ['FUNCTION', 'LOAD', 'x'],
        ['FUNCTION', 'LOAD', '#!lua\nx'],
        ['FUNCTION', 'LOAD', '#!lua name=a\nx=1'],
        ['FUNCTION', 'LOAD', '#!lua name=a\nredis.call("GET", "a")'],
        ['FUNCTION', 'LOAD', '#!lua name=a\nlocal x=1'],
        ['FUNCTION', 'LOAD', '#!lua name=a\nlocal x='],
        ['FUNCTION', 'LOAD', '#!lua name=other\nredis.register_function("f", function() end)'],
        ['FUNCTION', 'RESTORE', 'x'],
        ['FUNCTION', 'DELETE', 'lib'],
        ['FUNCTION', 'DELETE', 'lib'],
        ['FUNCTION', 'LIST', 'x'],
        ['FUNCTION', 'DUMP'],
        ['MULTI'],
        ['EVAL', 'return redis.call("INCR", "n")', '0'],
        ['EXEC'],
      ]
      await expect(sameReplies(pair, commands)).resolves.toBeUndefined()
    })

    const literal = fc.constantFrom(
      '1',
      '2.5',
      '-3',
      '0',
      '"a"',
      '"10"',
      '"x y"',
      'nil',
      'true',
      '{1,2}',
      'a',
      'b',
      '1e300',
      '0.1',
    )
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        literal,
        fc
          .tuple(
            tie('expression'),
            fc.constantFrom('+', '-', '*', '/', '%', '..', '==', '~=', '<', '<=', 'and', 'or'),
            tie('expression'),
          )
          .map(([l, o, r]) => `(${l} ${o} ${r})`),
        fc.tuple(fc.constantFrom('-', 'not ', '#'), tie('expression')).map(([o, e]) => `(${o}${e})`),
        fc
          .tuple(
            fc.constantFrom(
              'tostring',
              'tonumber',
              'type',
              'string.len',
              'string.upper',
              'string.reverse',
              'math.floor',
              'math.abs',
            ),
            tie('expression'),
          )
          .map(([f, e]) => `${f}(${e})`),
      ),
    }))
    const pattern = fc
      .array(
        fc.constantFrom(
          'a',
          'b',
          '.',
          '%w',
          '%d',
          '[ab]',
          '[^a]',
          '*',
          '+',
          '-',
          '?',
          '(',
          ')',
          '^',
          '$',
          '%1',
          '()',
        ),
        { maxLength: 6 },
      )
      .map((parts) => parts.join(''))
    const subject = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 8 })
    // NaN has no sign of its own here, and addresses differ.
    const program = fc.oneof(
      expression.map(
        (text) =>
          `local a, b = 3, "q" local r = ${text} r = type(r) == "table" and "t" or tostring(r) return ((r:gsub("^%-?nan$", "nan"):gsub("0x%x+", "0x")))`,
      ),
      fc.tuple(pattern, subject).map(([p, s]) => `return {string.find("${s}", "${p}")}`),
      fc.tuple(pattern, subject).map(([p, s]) => `return {string.gsub("${s}", "${p}", "<%0>")}`),
    )

    test('random programs', async () => {
      const command = program.map((text) => ['EVAL', text, '0'])
      expect(await comparedCommands(pair, command, 12)).toBeGreaterThan(0)
    })
  },
)
