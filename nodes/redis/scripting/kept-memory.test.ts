// What function libraries keep in local variables from one call to the next.

import { expect, test } from 'vitest'

import { startOurRedis } from '../testing/our-redis.ts'
import { shown, Wire } from '../testing/wire.ts'

test('what libraries keep between calls is bounded: beyond, they are run anew, and the call says so', async () => {
  const code = `#!lua name=hoard
local kept, calls = {}, 0
redis.register_function('keep', function(keys, args)
  calls = calls + 1
  if args[1] == 'waste' then return #string.rep('x', 4000000) end
  for i = 1, 40 do kept[#kept + 1] = string.rep(tostring(#kept), 100000):sub(1, 100000) end
  redis.call('INCR', 'calls')
  return calls
end)`
  const server = await startOurRedis()
  const wire = await Wire.open(server.port)
  await wire.ask('FUNCTION', 'LOAD', code)
  // 4 MB each: what is kept grows, what is only made does not.
  for (let call = 1; call <= 12; call += 1)
    expect(shown(await wire.ask('FCALL', 'keep', '0'))).toBe(`:${call}`)
  for (let call = 0; call < 20; call += 1)
    expect(shown(await wire.ask('FCALL', 'keep', '0', 'waste'))).toBe(':4000000')
  const replies: string[] = []
  for (let call = 0; call < 20; call += 1) replies.push(shown(await wire.ask('FCALL', 'keep', '0')))
  const refused = replies.findIndex((reply) => reply.startsWith('-'))
  expect(replies[refused]).toMatch(
    /^-ERR Function libraries kept [0-9]{8} bytes between calls, and may keep 67108864: /,
  )
  // It begins anew; what was written stays.
  expect(replies[refused + 1]).toBe(':1')
  expect(shown(await wire.ask('GET', 'calls'))).toBe('"32"')
  wire.close()
  await server.stop()
})
