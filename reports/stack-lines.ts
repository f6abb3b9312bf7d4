// A stack as people need it: only what somebody wrote who uses the simulator, and not too long.

import { fileURLToPath } from 'node:url'

const simulator = fileURLToPath(new URL('../sim/', import.meta.url))
const framesMax = 8

/**
 * The frames of a stack, `at …`, one a line, without those of Node and of the simulator; all of them where there are no
 * others.
 */
export function stackLines(stack: string): readonly string[] {
  const frames = stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
  const own = frames.filter((line) => !isInternal(line))
  return (own.length > 0 ? own : frames).slice(0, framesMax)
}

function isInternal(line: string): boolean {
  return line.includes(simulator) || /\bnode:|\(native\)|<anonymous>\)?$/.test(line)
}
