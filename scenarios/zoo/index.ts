// The zoo: published bugs of distributed systems, each a small program with the bug and its fixed twin. One import and
// one entry a bug, in alphabetical order.

import type { ZooBug } from './bug.ts'
import { bug as lockWithoutFencing } from './lock-without-fencing.ts'

export type { ZooBug } from './bug.ts'

/** All bugs of the zoo. */
export const zoo: readonly ZooBug[] = [lockWithoutFencing]
