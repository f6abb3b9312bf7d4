// Runs a scenario in full mode: every event goes to a trace file, to memory, or to a comparison.

import { existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import { codeIdentity } from './code-identity.ts'
import type { FoundScenario } from './find-scenario.ts'
import { UsageError } from './usage-error.ts'
import {
  type Event,
  type EventLog,
  run,
  type RunOptions,
  type RunResult,
  type RunSetup,
  setUp,
  traceEnd,
  traceHeader,
  type TraceHeader,
  TraceWriter,
} from '../sim/index.ts'

/** Where traces of failed runs go; made where it is missing, as no other folder is. */
const ownFolder = '.faultline'

/** The header of the trace that a run would have. */
export function headerFor(found: FoundScenario, options: RunOptions): TraceHeader {
  return traceHeader(found.scenario, options, setUp(found.scenario, options), codeIdentity(found))
}

/** Runs and writes a trace, which appears under its name only when it is complete. Never replaces a file. */
export async function runWithTrace(
  found: FoundScenario,
  options: RunOptions,
  path: string,
): Promise<RunResult> {
  prepareTrace(path)
  const recording: { writer: TraceWriter | null } = { writer: null }
  const onLog = (log: EventLog, setup: RunSetup): void => {
    const header = traceHeader(found.scenario, options, setup, codeIdentity(found))
    recording.writer = new TraceWriter(path, header, { liveDigest: log.digest })
  }
  try {
    const result = await run(found.scenario, {
      ...options,
      onLog,
      onEvent: (event) => recording.writer?.write(event),
    })
    recording.writer?.finish(traceEnd(result))
    return result
  } finally {
    recording.writer?.abandon()
  }
}

/** Says what would keep a trace from being written under a path before anything is run. */
export function prepareTrace(path: string): void {
  if (path === '') throw new UsageError('trace: got an empty path, wanted the name of a file')
  if (existsSync(path))
    throw new UsageError(`trace ${path}: got a file that is there already, wanted a new name`)
  const folder = dirname(path)
  if (basename(folder) === ownFolder) makeOwnFolder(path, folder)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`trace ${path}: got no folder ${folder}, wanted one that is there`)
}

// One folder and none above it: making all that are missing never ends where none can be made, as in /proc.
function makeOwnFolder(path: string, folder: string): void {
  try {
    if (!existsSync(folder)) mkdirSync(folder)
  } catch (error) {
    throw new UsageError(`trace ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Runs and keeps every event in memory. */
export async function runInMemory(
  found: FoundScenario,
  options: RunOptions,
): Promise<{ readonly result: RunResult; readonly events: readonly Event[] }> {
  const events: Event[] = []
  const result = await run(found.scenario, { ...options, onEvent: (event) => void events.push(event) })
  return { result, events }
}

/** A path for the trace of a failed run that nothing stands at yet: `.faultline/chaos-seed-7.ndjson.gz`. */
export function freeTracePath(scenarioName: string, seed: number): string {
  const base = `${scenarioName.replace(/.*[\\/]/, '').replace(/\.[cm]?[jt]s$/, '')}-seed-${seed}`
  for (let number = 1; ; number++) {
    const path = join(ownFolder, `${base}${number === 1 ? '' : `-${number}`}.ndjson.gz`)
    if (!existsSync(path)) return path
  }
}
