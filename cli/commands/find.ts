// `faultline find`: the events of a trace that answer a question about their order.

import type { Command } from 'commander'

import { countArgument } from '../arguments.ts'
import { createOutput } from '../output.ts'
import { GoodPart } from '../good-part.ts'
import { hintingAtPartial, type PartialFlag, withPartial } from '../partial-hint.ts'
import { UsageError } from '../usage-error.ts'
import { undecided } from '../verdict.ts'
import { parseQuery, type Query, QueryError, Search } from '../../invariants/index.ts'
import { eventLines } from '../../reports/index.ts'
import { type Event, type EventSource } from '../../sim/index.ts'

interface FindFlags extends PartialFlag {
  readonly max: number
  readonly none?: true
  readonly json?: true
}

/** Adds the command. */
export function addFind(program: Command): void {
  withPartial(program.command('find'))
    .description('find the events of a trace that answer a question about what came before or after them')
    .argument('<trace>', 'a trace file (.ndjson or .ndjson.gz)')
    .argument('<query>', 'such as "commit not preceded by append on same node"; see below')
    .option('--max <n>', 'show at most so many', countArgument('--max'), 100)
    .option(
      '--none',
      'fail, with exit code 1, when there is one; exit code 3 when no event is what the query is about',
    )
    .option('--json', 'print one JSON object an event, --max of them')
    .addHelpText(
      'after',
      `
A query names events by words, and what must (not) come before or after them:

  SELECTOR { [and] [not] preceded|followed by SELECTOR { within DURATION | on same node | on node NAME } }

Words must all be found in an event: its kind, its node, the kind of a message, a peer, the name of a probe, a disk
operation or path, an operation's phase, process and function, a kind of fault; of dotted names the last part is enough.
Of faults called like a kind of event, "crash" means what happens to nodes; "fault-begin crash" is the fault.
Fields are asked for in brackets: probe raft.role [value.role = leader] [value.term > 3].

Examples:
  faultline find run.ndjson "commit not preceded by append on same node"
  faultline find run.ndjson "invoke put not followed by ok within 500ms on same node" --max 10
  faultline find run.ndjson "crash followed by start within 1s on same node"
The same language makes invariants: neverFinds("…") of faultline/invariants.`,
    )
    .action((path: string, text: string, flags: FindFlags) =>
      hintingAtPartial(flags, () => findCommand(path, text, flags)),
    )
}

async function findCommand(path: string, text: string, flags: FindFlags): Promise<void> {
  const output = createOutput(flags.json === true)
  const query = readQuery(text)
  const trace = await GoodPart.open(path, flags)
  const { shown, count, meant, absent } = await search(trace, query, flags.max)
  // Standard output is for events only where machines read it.
  if (trace.problem !== '') console.error(output.palette.warning(`partial: ${trace.problem}`))
  for (const event of shown) output.json(event)
  if (shown.length > 0) output.text(eventLines(shown, { palette: output.palette }).join('\n'))
  const rest = count - shown.length
  if (meant === 0)
    output.text(
      output.palette.warning(
        `no event of this trace is "${query.selector.words.join(' ')}", which the query is about: nothing was judged`,
      ),
    )
  for (const words of absent)
    output.text(output.palette.warning(`no event of this trace is "${words}": a word of it may be misspelt`))
  output.text(`${count} found${rest > 0 ? `, ${rest} of them not shown (--max ${flags.max})` : ''}`)
  if (flags.none === true && count > 0) process.exitCode = 1
  else if (flags.none === true && meant === 0) process.exitCode = undecided
}

function readQuery(text: string): Query {
  try {
    return parseQuery(text)
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(error.message) : error
  }
}

interface Answer {
  /** The first answers, in their order: of a long trace all events may be. */
  readonly shown: readonly Event[]
  readonly count: number
  /** How many events the query is about. */
  readonly meant: number
  /** What must (not) come before or after them, and never does anywhere: nothing that is said of it means much. */
  readonly absent: readonly string[]
}

async function search(trace: EventSource, query: Query, max: number): Promise<Answer> {
  let found: Event[] = []
  let count = 0
  const first = (): Event[] => found.sort((a, b) => a.seq - b.seq).slice(0, max)
  const searching = new Search(query, (event) => {
    count++
    found.push(event)
    // What waited for its answer may come late, and before others.
    if (found.length >= 2 * max + 1000) found = first()
  })
  const others = query.relations.map(({ selector }) => ({
    words: selector.words.join(' '),
    looking: new Search({ text: '', selector, relations: [] }, () => undefined),
  }))
  for await (const events of trace.eventGroups())
    for (const event of events) {
      searching.on(event)
      for (const { looking } of others) if (looking.meant === 0) looking.on(event)
    }
  searching.end()
  const absent = others.flatMap(({ words, looking }) => (looking.meant === 0 ? [words] : []))
  return { shown: first(), count, meant: searching.meant, absent }
}
