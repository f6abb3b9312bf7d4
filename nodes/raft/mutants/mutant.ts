import { raftRules, type RaftRules } from '../core/rules.ts'

/** A planted bug: Raft with some decisions replaced, and what it takes to see it. */
export interface Mutant {
  readonly name: string
  /** What is wrong, with the section of the paper or thesis that it breaks. */
  readonly bug: string
  /** What has to happen for the bug to do harm. */
  readonly needs: string
  readonly rules: RaftRules
}

/** Raft with a bug: `overrides` replaces the decisions that are wrong. */
export function mutant(description: Omit<Mutant, 'rules'>, overrides: Partial<RaftRules>): Mutant {
  return { ...description, rules: { ...raftRules, ...overrides } }
}
