// The formats by name.

import type { Event, Violation } from '../../sim/index.ts'
import { failureSlice } from '../failure-slice.ts'
import { type ExportOptions, type ExportSource, exportTrace } from './export-trace.ts'
import { type ExportContext, type Exporter, selects } from './exporter.ts'
import { historyEdn, historyJson } from './history.ts'
import { junit } from './junit.ts'
import { mermaid } from './mermaid.ts'
import { otlp } from './otlp/otlp.ts'
import { parquet } from './parquet.ts'
import { perfetto } from './perfetto.ts'
import { shiviz } from './shiviz.ts'
import { svg } from './svg.ts'

type Make = (context: ExportContext) => Exporter
type Pieces = AsyncIterable<string | Uint8Array>

/** A format to which traces are exported. */
export interface Format {
  readonly name: string
  /** What it is for, as the help says it. */
  readonly about: string
  readonly isBinary: boolean
  /** The file, in pieces. Throws a TraceError where the trace is damaged, unless `onDamage` is there. */
  readonly write: (source: ExportSource, context: ExportContext, options: ExportOptions) => Pieces
}

/** All of them. */
export const formats: readonly Format[] = [
  text('perfetto', 'Chrome trace JSON, for ui.perfetto.dev and chrome://tracing', perfetto),
  text('otlp', 'OTLP/JSON lines: traces, logs and metrics in one file', otlp(['traces', 'logs', 'metrics'])),
  text('otlp-traces', "traces only, as OTLP's own file format has one kind a file", otlp(['traces'])),
  text('otlp-logs', 'logs only', otlp(['logs'])),
  text('otlp-metrics', 'metrics only', otlp(['metrics'])),
  text('shiviz', 'a log with vector clocks; its first line is the expression that ShiViz needs', shiviz),
  diagram('mermaid', 'a sequence diagram for documents', mermaid),
  diagram('svg', 'a space-time diagram for documents', svg),
  text('history-edn', 'operations as Jepsen writes them, for Elle and Knossos', historyEdn),
  text('history-json', 'the same as one JSON object a line', historyJson),
  text('junit', 'the verdict as JUnit XML', junit),
  {
    name: 'parquet',
    about: 'one row an event, what its kind adds as JSON in the column data',
    isBinary: true,
    write: (source, context, options) => parquet(context, source, options),
  },
]

function text(name: string, about: string, make: Make): Format {
  return {
    name,
    about,
    isBinary: false,
    write: (source, context, options) => exportTrace(source, make(context), options),
  }
}

/** What has room for little shows, of a run that failed, what led to the violation, unless a part was asked for. */
function diagram(name: string, about: string, make: Make): Format {
  return {
    ...text(name, about, make),
    write: (source, context, options) => drawn(source, context, { make, options }),
  }
}

async function* drawn(
  source: ExportSource,
  context: ExportContext,
  { make, options }: { readonly make: Make; readonly options: ExportOptions },
): Pieces {
  const isWhole = options.from === undefined && options.to === undefined && options.onDamage === undefined
  const slice = isWhole ? await sliceOfViolation(source) : null
  if (slice === null) return yield* exportTrace(source, make(context), options)
  const exporter = make({ ...context, isSlice: true })
  const { footer } = source
  const body = slice.filter(selects(options)).map((event) => exporter.event(event))
  const end = exporter.end({ footer, problem: null, at: slice.at(-1)?.at ?? 0 })
  yield [exporter.begin(), ...body, end].join('')
}

async function sliceOfViolation(source: ExportSource): Promise<readonly Event[] | null> {
  // The footer is known once the trace has been read.
  for await (const _ of source.eventGroups());
  const violation = source.footer?.violations[0]
  if (violation === undefined || typeof violation['seq'] !== 'number') return null
  const witnesses = Array.isArray(violation['witnesses']) ? violation['witnesses'] : []
  return failureSlice(source, { ...(violation as Partial<Violation> as Violation), witnesses })
}
