// Of a stack only what somebody wrote who uses this package: the frames of Node and of the package itself say nothing
// about a mistake in a scenario.

import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const ownFolders = ['sim', 'nodes', 'invariants', 'scenarios', 'reports', 'cli', 'node_modules'].map(
  (folder) => root + folder,
)
const framesMax = 5

/** The frames of a stack that lie outside of this package and its dependencies, at most five; none when all lie within. */
export function ownFrames(stack: string): readonly string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !isInternal(line))
    .slice(0, framesMax)
}

/** The text of an error with its stack, without frames that are not `ownFrames`. */
export function withOwnFrames(text: string): string {
  const said = text.split('\n').filter((line) => !/^\s+at /.test(line))
  return [...said, ...ownFrames(text)].join('\n').trimEnd()
}

function isInternal(line: string): boolean {
  return /node:|<anonymous>/.test(line) || ownFolders.some((folder) => line.includes(folder))
}
