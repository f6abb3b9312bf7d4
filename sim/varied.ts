// A scenario as a variation changes it, before the run begins.

import { diskProfiles } from './disk/index.ts'
import type { NodeId } from './event.ts'
import { networkProfiles } from './net/index.ts'
import type { NodeSpec, PreparedScenario } from './scenario.ts'
import { type Variation, VariationError } from './variation.ts'

/** The scenario with what the variation says otherwise. Throws a VariationError when it names what does not exist. */
export function varied(written: PreparedScenario, variation: Variation): PreparedScenario {
  const { network, disk, without = [] } = variation
  return {
    ...written,
    network: network === undefined ? written.network : preset('network', networkProfiles, network)(),
    disk: disk === undefined ? written.disk : preset('disk', diskProfiles, disk),
    nodes: without.length === 0 ? written.nodes : left(written.nodes, without),
  }
}

function preset<T>(field: 'network' | 'disk', presets: ReadonlyMap<string, T>, name: string): T {
  const found = presets.get(name)
  if (found === undefined)
    throw new VariationError('variation', [
      `${field}: got "${name}", wanted one of ${[...presets.keys()].join(', ')}`,
    ])
  return found
}

/** The machines that are left; those that learn the names of their group learn of fewer. */
function left(nodes: readonly NodeSpec[], without: readonly NodeId[]): readonly NodeSpec[] {
  const names = nodes.map(({ name }) => name)
  const unknown = without.filter((name) => !names.includes(name))
  const rest = nodes.filter(({ name }) => !without.includes(name))
  if (unknown.length > 0 || rest.length === 0)
    throw new VariationError('variation', [
      `without: got ${without.join(', ')}, wanted some, not all, of ${names.join(', ')}`,
    ])
  return rest.map((node) => withoutNames(node, without))
}

function withoutNames(node: NodeSpec, without: readonly NodeId[]): NodeSpec {
  const group = node.parameters?.['group']
  if (!Array.isArray(group)) return node
  const members = (group as readonly unknown[]).filter((name) => !without.includes(String(name))) as string[]
  return { ...node, parameters: { ...node.parameters, group: members } }
}
