// Who belongs to the cluster: voters, whose majority decides, and learners, who only receive the log.

import type { DataRecord, NodeId } from '../../../sim/index.ts'

/** The members of a cluster. */
export interface Configuration extends DataRecord {
  /** Elect, and count towards a majority. */
  readonly voters: readonly NodeId[]
  /** Receive the log without counting, until they are made voters (thesis 4.2.1). */
  readonly learners: readonly NodeId[]
}

/** A change of one member at a time (thesis 4.1), so that old and new majorities always overlap. */
export interface MembershipChange extends DataRecord {
  readonly change: 'add-learner' | 'add-voter' | 'remove'
  readonly node: NodeId
}

/** How many voters make a majority. */
export function majority(configuration: Configuration): number {
  return Math.floor(configuration.voters.length / 2) + 1
}

/** Whether a node is a member in any role. */
export function isMember(configuration: Configuration, node: NodeId): boolean {
  return configuration.voters.includes(node) || configuration.learners.includes(node)
}

/** The configuration after a change; null when the change would change nothing or leave no voter. */
export function changed(
  configuration: Configuration,
  { change, node }: MembershipChange,
): Configuration | null {
  const { voters, learners } = configuration
  const without = (nodes: readonly NodeId[]): readonly NodeId[] => nodes.filter((other) => other !== node)
  switch (change) {
    case 'add-learner':
      return isMember(configuration, node) ? null : { voters, learners: [...learners, node] }
    case 'add-voter':
      return voters.includes(node) ? null : { voters: [...voters, node], learners: without(learners) }
    case 'remove': {
      if (!isMember(configuration, node)) return null
      const rest = without(voters)
      return rest.length === 0 ? null : { voters: rest, learners: without(learners) }
    }
  }
}
