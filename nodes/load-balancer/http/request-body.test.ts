// Bodies that may have to be sent again.

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { RequestBody } from './request-body.ts'

test('a body is the same each time that it is read, while it is short enough', async () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(100), async (pieces, keptMax) => {
      async function* source(): AsyncGenerator<Uint8Array> {
        yield* pieces
      }
      const body = new RequestBody(source(), keptMax)
      const read = async (): Promise<Buffer> => {
        const read: Uint8Array[] = []
        for (let piece = await body.piece(0); piece !== null; piece = await body.piece(read.length))
          read.push(piece)
        return Buffer.concat(read)
      }
      const whole = Buffer.concat(pieces)
      expect((await read()).equals(whole)).toBe(true)
      expect(body.isRepeatable).toBe(whole.length <= keptMax)
      if (body.isRepeatable) expect((await read()).equals(whole)).toBe(true)
    }),
  )
})
