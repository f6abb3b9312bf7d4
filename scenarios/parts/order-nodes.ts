// An inventory on a disk, clients that order from it and an auditor: the nodes of the scenarios in which the inventory breaks.

import { orderAuditor, orderClient } from './orders.ts'
import { restDemo } from '../../nodes/rest/index.ts'
import { group, node, type NodeSpec } from '../../sim/index.ts'

/** The names that the parameter `bug` can have. */
const bugs: readonly string[] = ['none', 'no-keys', 'answers-apart']
const url = 'http://inventory-1:80'

/** The nodes. Throws a RangeError for a bug that there is not. */
export function orderNodes({
  clients,
  bug,
}: {
  readonly clients: number
  readonly bug: string
}): readonly NodeSpec[] {
  if (!bugs.includes(bug)) throw new RangeError(`bug: got "${bug}", wanted one of ${bugs.join(', ')}`)
  const parameters = {
    items: 3,
    isIdempotent: bug !== 'no-keys',
    ...(bug === 'answers-apart' ? { keepsAnswersApart: true } : {}),
  }
  return [
    ...group('inventory', 1, restDemo, { parameters, quorum: 0 }),
    ...group('client', clients, orderClient(url), { quorum: 0, operations: ['order'] }),
    node('auditor', orderAuditor(url), { quorum: 0 }),
  ]
}
