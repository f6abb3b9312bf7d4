import type { Data, NodeId } from '../../sim/index.ts'

/** The names of nodes that a parameter holds; undefined when it holds anything else. */
export function namesIn(parameter: Data | undefined): readonly NodeId[] | undefined {
  if (!Array.isArray(parameter)) return undefined
  return parameter.filter((name): name is NodeId => typeof name === 'string')
}
