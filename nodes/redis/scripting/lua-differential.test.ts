// Lua as the real server runs it: the same scripts in both, and every result the same, byte for byte.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { crashesUncaught, luaCases } from '../testing/lua-cases.ts'
import { hasRealRedis, type Pair, startPair } from '../testing/differential.ts'
import { shown } from '../testing/wire.ts'

/** Shows all that a function returned or raised: types, all digits, tables in the order of their keys. */
const showing = `
local function show(v, deep)
  local kind = type(v)
  if kind == 'string' then return string.format('%q', v) end
  if kind == 'number' then return string.format('%.14g', v) end
  if kind ~= 'table' then return kind == 'boolean' and tostring(v) or kind end
  if deep > 6 then return '...' end
  local parts = {}
  for k, e in pairs(v) do parts[#parts + 1] = show(k, deep + 1) .. '=' .. show(e, deep + 1) end
  table.sort(parts)
  return '{' .. table.concat(parts, ' ') .. '}'
end
local function all(...)
  local parts = {}
  for at = 1, select('#', ...) do parts[at] = show((select(at, ...)), 0) end
  return table.concat(parts, ' ')
end
`

function script(body: string): string {
  return `${showing}return all(pcall(function() ${body} end))`
}

for (const protocol of [2, 3] as const)
  describe.skipIf(!hasRealRedis)(`RESP${protocol}`, () => {
    let pair: Pair
    beforeAll(async () => {
      pair = await startPair(protocol)
    })
    afterAll(async () => {
      await pair.stop()
    })

    test.each([...luaCases])('%s', async (group, bodies) => {
      const scripts = bodies.flatMap((body) =>
        crashesUncaught(body) ? [script(body)] : [script(body), body],
      )
      const commands = scripts.map((body) => ['EVAL', body, '1', 'key', '1', '20'])
      const [real, ours] = await Promise.all([pair.real.askAll(commands), pair.ours.askAll(commands)])
      const differing: string[] = []
      for (const [at, body] of scripts.entries()) {
        const [expected, got] = [comparable(shown(real[at])), comparable(shown(ours[at]))]
        if (expected !== got)
          differing.push(`${body.replace(showing, '')}\n  real ${expected}\n  ours ${got}`)
      }
      console.log(`RESP${protocol}: ${scripts.length} scripts of ${group} compared`)
      expect(differing.join('\n')).toBe('')
    })
  })

/** Addresses are a server's own. */
function comparable(text: string): string {
  return text.replaceAll(/0x[0-9a-f]+/g, '0x').replaceAll(/script: [0-9a-f]{40}/g, 'script')
}
