// OTLP/JSON as the Collector's file receiver reads it ("OpenTelemetry Protocol File Exporter"): one message a line. By that
// specification a file has one kind of data: traces, logs or metrics; a file of all three is for receivers of each kind
// that leave out the lines of the others, as that of the Collector does.

import type { Event } from '../../../sim/index.ts'
import type { ExportContext, ExportEnd, Exporter } from '../exporter.ts'
import { Ids, WallTime } from './json.ts'
import { Lines, logLines, metricLines, spanLines } from './lines.ts'
import { logRecord } from './logs.ts'
import { Metrics } from './metrics.ts'
import { Places } from './places.ts'
import { Spans } from './spans.ts'

/** A kind of telemetry. */
type Signal = 'traces' | 'logs' | 'metrics'

/** 2000-01-01T00:00:00Z: when virtual time 0 is, unless somebody says otherwise. */
const epochDefault = 946_684_800

/** The exporter of some signals. */
export function otlp(signals: readonly Signal[]): (context: ExportContext) => Exporter {
  return (context) => new Otlp(context, new Set(signals))
}

class Otlp implements Exporter {
  readonly #signals: ReadonlySet<Signal>
  readonly #ids: Ids
  readonly #time: WallTime
  readonly #places = new Places()
  readonly #spans: Spans
  readonly #metrics: Metrics
  readonly #lines: { readonly [S in Signal]: Lines }

  constructor({ header, epoch = epochDefault }: ExportContext, signals: ReadonlySet<Signal>) {
    this.#signals = signals
    this.#ids = new Ids(header)
    this.#time = new WallTime(epoch)
    this.#spans = new Spans(this.#ids, this.#time, this.#places)
    this.#metrics = new Metrics(this.#time)
    this.#lines = {
      traces: new Lines(spanLines, header),
      logs: new Lines(logLines, header),
      metrics: new Lines(metricLines, header),
    }
  }

  begin(): string {
    return ''
  }

  event(event: Event): string {
    const place = this.#places.add(event)
    const { traces, logs, metrics } = this.#lines
    let text = ''
    if (this.#signals.has('traces'))
      for (const [node, json] of this.#spans.of(event, place)) text += traces.add(node, json)
    if (this.#signals.has('logs')) {
      const record = logRecord(event, place, this.#ids, this.#time)
      if (record !== null) text += logs.add(event.node, record)
    }
    if (this.#signals.has('metrics'))
      for (const [node, json] of this.#metrics.of(event)) text += metrics.add(node, json)
    return text
  }

  skip(event: Event): void {
    this.#places.add(event)
  }

  end({ at }: ExportEnd): string {
    const { traces, logs, metrics } = this.#lines
    let text = ''
    if (this.#signals.has('traces'))
      for (const [node, json] of this.#spans.rest(at)) text += traces.add(node, json)
    if (this.#signals.has('metrics'))
      for (const [node, json] of this.#metrics.points(at)) text += metrics.add(node, json)
    return text + traces.flush() + logs.flush() + metrics.flush()
  }
}
