// What makes the structures that values are read into, so that the codec knows their interfaces only.

import type { SortedSet } from '../../structures/sorted-set.ts'
import type { Stream } from '../../structures/stream.ts'

/** Makes empty structures. */
export interface Structures {
  sortedSet(): SortedSet
  stream(): Stream
}
