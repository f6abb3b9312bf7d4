// `faultline show`: a trace as text, one line an event, or as a diagram of nodes and messages.

import type { Command } from 'commander'

import { countArgument } from '../arguments.ts'
import { eventArgument, type RangeFlags, rangeOf, withRange } from '../event-range.ts'
import { checkNames } from '../trace-names.ts'
import { createOutput, type Output } from '../output.ts'
import { GoodPart } from '../good-part.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { UsageError } from '../usage-error.ts'
import {
  causesOf,
  diagramNodesMax,
  eventLines,
  type EventRange,
  inRange,
  isBehind,
  isInDiagram,
  spaceTimeLines,
} from '../../reports/index.ts'
import { type Event, type EventSource } from '../../sim/index.ts'

interface ShowFlags extends RangeFlags, PartialFlag {
  readonly around?: number
  readonly context: number
  readonly causesOf?: number
  readonly max: number
  readonly diagram?: true
  readonly json?: true
}

/** Adds the command. */
export function addShow(program: Command): void {
  withPartial(withRange(program.command('show')))
    .description('show a trace as text, one line an event, or as a diagram')
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .option('--around <event>', 'the events before and behind this one', eventArgument('--around'))
    .option('--context <n>', 'with --around, how many on either side', countArgument('--context'), 20)
    .option(
      '--causes-of <event>',
      'this event and what led to it, nearest first cut off last',
      eventArgument('--causes-of'),
    )
    .option('--max <n>', 'at most so many events', countArgument('--max'), 1000)
    .option('--diagram', `a column for each node (at most ${diagramNodesMax}), messages as arrows`)
    .option('--json', 'print one JSON object an event')
    .addHelpText(
      'after',
      `
Examples:
  faultline show run.ndjson --around 1204
  faultline show run.ndjson --causes-of 1204 --max 60
  faultline show run.ndjson --from 2s --to 2.1s --node store-1 store-2 --diagram
  faultline show run.ndjson --kind probe operation --text leader`,
    )
    .action((path: string, flags: ShowFlags) => hintingAtPartial(flags, () => showCommand(path, flags)))
}

async function showCommand(path: string, flags: ShowFlags): Promise<void> {
  const output = createOutput(flags.json === true)
  const trace = await GoodPart.open(path, flags)
  const { events, isCut } = await eventsOf(trace, flags)
  if (events.length === 0) await checkNames(trace, flags)
  const marked = new Set([flags.around, flags.causesOf].filter((seq) => seq !== undefined))
  for (const event of events) output.json(event)
  const lines =
    flags.diagram === true
      ? diagramOf(events, flags, output)
      : eventLines(events, { marked, palette: output.palette })
  output.text(lines.length === 0 ? 'no such events' : lines.join('\n'))
  const last = events.at(-1)
  // Standard output is for events only where machines read it.
  if (trace.problem !== '') console.error(output.palette.warning(`partial: ${trace.problem}`))
  if (isCut && last !== undefined)
    output.text(
      output.palette.warning(`… more than --max ${flags.max}: go on with --from '#${last.seq + 1}'`),
    )
}

interface Shown {
  readonly events: readonly Event[]
  /** Whether there are more than may be shown. */
  readonly isCut: boolean
}

async function eventsOf(trace: EventSource, flags: ShowFlags): Promise<Shown> {
  if (flags.causesOf !== undefined) return causes(trace, flags.causesOf, flags)
  const { around, context } = flags
  const window: EventRange =
    around === undefined ? {} : { from: { seq: around - context }, to: { seq: around + context } }
  return read(trace, { ...rangeOf(flags), ...window }, flags)
}

async function causes(trace: EventSource, seq: number, flags: ShowFlags): Promise<Shown> {
  try {
    const events = await causesOf(trace, seq, flags.max)
    return { events: events.filter(inRange(rangeOf(flags))), isCut: false }
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`--causes-of: got ${seq}, wanted an event of the trace`)
    throw error
  }
}

async function read(trace: EventSource, range: EventRange, { max, diagram }: ShowFlags): Promise<Shown> {
  const isMeant = inRange(range)
  const isShown = diagram === true && range.kinds === undefined ? isInDiagram : (): boolean => true
  const { from, to } = range
  const events: Event[] = []
  for await (const batch of trace.batches(
    from !== undefined && 'seq' in from ? Math.max(0, from.seq - 1) : 0,
  ))
    for (const event of batch.events) {
      if (to !== undefined && isBehind(event, to)) return { events, isCut: false }
      if (!isMeant(event) || !isShown(event)) continue
      if (events.length === max) return { events, isCut: true }
      events.push(event)
    }
  return { events, isCut: false }
}

function diagramOf(events: readonly Event[], { node }: ShowFlags, output: Output): readonly string[] {
  const seen = new Set(events.flatMap((event) => (event.node === '' ? [] : [event.node])))
  const nodes = node?.filter((name) => name !== 'world') ?? [...seen].sort()
  if (nodes.length > diagramNodesMax)
    throw new UsageError(
      `--diagram: got ${nodes.length} nodes, wanted at most ${diagramNodesMax}: choose some by --node ${nodes.slice(0, 3).join(' ')} …`,
    )
  return spaceTimeLines(events, nodes, output.palette)
}
