// Runs one node's program alone against its recording: the rest of the cluster does not run.

import type { NodeId } from '../event.ts'
import { type EventSource, nodeRecording } from '../log/index.ts'
import type { RunSetup } from '../run-setup.ts'
import type { NodeSpec, Scenario } from '../scenario.ts'
import type { Seed } from '../random.ts'
import type { AloneResult } from './alone-result.ts'
import { LoneRun } from './lone-run.ts'

/** What a node is run alone from: the scenario as it is now, set up with the header of the trace. */
export interface AloneOptions {
  readonly scenario: Pick<Scenario, 'buggify'>
  readonly setup: Pick<RunSetup, 'prepared' | 'variation'>
  readonly seed: Seed
  readonly node: NodeId
  /** Finds leaks of real asynchronous resources (default true). */
  readonly isChecked?: boolean
}

/**
 * Replays one node of a trace alone. Keeps the events of that node in memory. Throws a RangeError when the scenario has no
 * such node; rejects with a TraceError when the trace is damaged.
 */
export async function replayAlone(trace: EventSource, options: AloneOptions): Promise<AloneResult> {
  const { scenario, setup, seed, isChecked = true } = options
  const { prepared, variation } = setup
  const node = findNode(prepared.nodes, options.node)
  const recording = await nodeRecording(trace.batches(), node.name)
  const hasBuggify = scenario.buggify
  return new LoneRun({ recording, node, prepared, variation, seed, isChecked, hasBuggify }).run()
}

function findNode(nodes: readonly NodeSpec[], name: NodeId): NodeSpec {
  const node = nodes.find((each) => each.name === name)
  if (node === undefined)
    throw new RangeError(`no node "${name}"; there are ${nodes.map((each) => each.name).join(', ')}`)
  return node
}
