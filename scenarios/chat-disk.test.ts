// On these seeds a process ends between writing and syncing, and the next one reads what is certain only after a sync of its own; then the
// machine loses its power. A server that told of such messages without that sync lost them.

import { expect, test } from 'vitest'

import chatDisk from './chat-disk.ts'
import { run } from '../sim/index.ts'

test.each([46, 164, 209])(
  'what is read from the disk is made certain before it is told, seed %i',
  async (seed) => {
    const { violations } = await run(chatDisk, { seed, isChecked: false })
    expect(violations).toEqual([])
  },
)
