// `faultline stats`: what a trace holds, in numbers.

import type { Command } from 'commander'

import { optionsOf } from './replay.ts'
import { findScenario } from '../find-scenario.ts'
import { createOutput } from '../output.ts'
import { GoodPart } from '../good-part.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { demandSimulation } from '../real-log.ts'
import { statsReport, TraceStatistics } from '../../reports/index.ts'
import { run, type TraceHeader } from '../../sim/index.ts'

interface StatsFlags extends PartialFlag {
  readonly timed?: true
  readonly json?: true
}

/** Adds the command. */
export function addStats(program: Command): void {
  withPartial(program.command('stats'))
    .description('count what a trace holds: events, messages, latencies and operations by phase')
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .option('--timed', 'run it again to say how virtual time stands to wall time')
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', '\nExample:\n  faultline stats .faultline/chaos-seed-7.ndjson.gz --timed')
    .action((path: string, flags: StatsFlags) => hintingAtPartial(flags, () => statsCommand(path, flags)))
}

async function statsCommand(path: string, flags: StatsFlags): Promise<void> {
  const output = createOutput(flags.json === true)
  const trace = await GoodPart.open(path, flags)
  if (flags.timed === true) demandSimulation('stats --timed', path, trace.header)
  const statistics = new TraceStatistics()
  for await (const events of trace.eventGroups()) for (const event of events) statistics.add(event)
  const stats = statistics.stats()
  const wallMs = flags.timed === true ? await timed(trace.header) : null
  const { problem } = trace
  if (problem !== '') output.text(output.palette.warning(`partial: ${problem}`))
  output.text(statsReport(stats, wallMs, output.palette))
  output.json({ ...stats, wallMs, ...(problem === '' ? {} : { isPartial: true, problem }) })
}

async function timed(header: TraceHeader): Promise<number> {
  const found = await findScenario(header.scenario)
  const begin = performance.now()
  await run(found.scenario, { ...optionsOf(header, found), isChecked: false })
  return performance.now() - begin
}
