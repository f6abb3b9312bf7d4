// Random sequences of commands, compared with a real server.

import * as fc from 'fast-check'

import { comparison, type Pair, sameReplies } from './differential.ts'

/** Sends sequences of up to so many commands to both servers; returns how many commands were compared. */
export async function comparedCommands(
  pair: Pair,
  command: fc.Arbitrary<readonly string[]>,
  lengthMax: number,
): Promise<number> {
  let count = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: lengthMax, size: 'max' }),
      async (commands) => {
        await sameReplies(pair, commands)
        count += commands.length
      },
    ),
    comparison(25),
  )
  return count
}
