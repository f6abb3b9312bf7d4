// The formats by name.

import type { ExportContext, Exporter } from './exporter.ts'
import { historyEdn, historyJson } from './history.ts'
import { otlp } from './otlp/otlp.ts'
import { perfetto } from './perfetto.ts'
import { shiviz } from './shiviz.ts'

/** A format that consists of text. */
export interface TextFormat {
  readonly name: string
  /** What it is for, as the help says it. */
  readonly about: string
  readonly make: (context: ExportContext) => Exporter
}

/** All of them. */
export const textFormats: readonly TextFormat[] = [
  { name: 'perfetto', about: 'Chrome trace JSON, for ui.perfetto.dev', make: perfetto },
  {
    name: 'history-json',
    about: 'operations as Jepsen writes them, one JSON object a line',
    make: historyJson,
  },
  { name: 'history-edn', about: 'the same as EDN maps', make: historyEdn },
  {
    name: 'otlp',
    about: 'OTLP/JSON lines: traces, logs and metrics together',
    make: otlp(['traces', 'logs', 'metrics']),
  },
  { name: 'otlp-traces', about: 'only traces, as the file format of OTLP has it', make: otlp(['traces']) },
  { name: 'otlp-logs', about: 'only logs', make: otlp(['logs']) },
  { name: 'otlp-metrics', about: 'only metrics', make: otlp(['metrics']) },
  { name: 'shiviz', about: 'a log with vector clocks, for ShiViz', make: shiviz },
]
