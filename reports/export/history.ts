// The operations of a run as Jepsen writes them: one map an event with process, type, f, key, value, error, time and
// index, in JSON or EDN. `faultline linearizable` reads both back; Knossos, Elle and Porcupine read what Jepsen writes.

import type { Data, Event, EventOf } from '../../sim/index.ts'
import { ednText, keywordText } from './edn-text.ts'
import type { ExportContext, Exporter } from './exporter.ts'
import { ProcessNumbers } from './process-numbers.ts'

/** One event of a history, in the order in which its fields are written. */
interface Record {
  readonly process: number
  readonly type: string
  readonly f: string
  readonly key: Data
  readonly value: Data
  readonly error: string | undefined
  readonly time: number
  readonly index: number
}

/** Operations as one JSON object a line. */
export function historyJson(_context: ExportContext): Exporter {
  return new HistoryExporter(jsonLine)
}

/** Operations as one EDN map a line. */
export function historyEdn(_context: ExportContext): Exporter {
  return new HistoryExporter(ednLine)
}

class HistoryExporter implements Exporter {
  readonly #line: (record: Record) => string
  readonly #processes = new ProcessNumbers()
  /** The value with which each open operation was invoked. */
  readonly #inputs = new Map<number, Data>()
  #index = 0

  constructor(line: (record: Record) => string) {
    this.#line = line
  }

  begin(): string {
    return ''
  }

  event(event: Event): string {
    if (event.kind !== 'operation') return ''
    // The end of an operation that was invoked before the part that was asked for.
    if (event.phase !== 'invoke' && !this.#inputs.has(event.id)) return ''
    const { f, key, at: time } = event
    const process = this.#processes.of(event)
    return this.#line({ process, f, key, ...this.#end(event), time, index: this.#index++ })
  }

  end(): string {
    return ''
  }

  /**
   * Jepsen repeats the input of a write at its end; ours have nothing there. A cas ends with whether it was done: for Jepsen
   * it is ok with its input, or it failed.
   */
  #end({ phase: type, id, f, value, error }: EventOf<'operation'>): Pick<Record, 'type' | 'value' | 'error'> {
    if (type === 'invoke') {
      this.#inputs.set(id, value)
      return { type, value, error }
    }
    const input = this.#inputs.get(id) ?? null
    this.#inputs.delete(id)
    if (f === 'cas' && type === 'ok' && value === false)
      return { type: 'fail', value: input, error: preconditionFailed }
    const isRepeated = f === 'cas' ? value === null || value === true : value === null && repeated.has(f)
    return { type, value: isRepeated ? input : value, error }
  }
}

/** By this error `faultline linearizable` knows a cas that saw another value from one that did not happen. */
const preconditionFailed = 'precondition failed'

const repeated: ReadonlySet<string> = new Set(['write', 'put', 'append', 'add', 'enqueue'])

function jsonLine({ process, type, f, key, value, error, time, index }: Record): string {
  const ofKey = key === null ? {} : { key }
  return `${JSON.stringify({ process, type, f, ...ofKey, value, error, time, index })}\n`
}

function ednLine({ process, type, f, key, value, error, time, index }: Record): string {
  const ofKey = key === null ? '' : `, :key ${ednText(key)}`
  const ofError = error === undefined ? '' : `, :error ${ednText(error)}`
  const shown = f === 'txn' ? transactionText(value) : ednText(value)
  return `{:process ${process}, :type :${type}, :f ${keywordText(f)}${ofKey}, :value ${shown}${ofError}, :time ${time}, :index ${index}}\n`
}

/** The micro-operations of a transaction begin with a keyword, as Elle wants them: `[[:append 1 2] [:r 1 nil]]`. */
function transactionText(value: Data): string {
  return isList(value) ? `[${value.map(microText).join(' ')}]` : ednText(value)
}

function microText(micro: Data): string {
  if (!isList(micro)) return ednText(micro)
  const [f, ...rest] = micro
  return typeof f === 'string' ? `[${[keywordText(f), ...rest.map(ednText)].join(' ')}]` : ednText(micro)
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}
