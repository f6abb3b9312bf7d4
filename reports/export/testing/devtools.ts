// What the Performance panel of Chrome's DevTools makes of a trace: its trace engine, as it is published on its own.

/** An event of a trace, as far as the tests look at it. */
export interface PanelEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly pid: number
  readonly id?: string | number
  readonly args?: { readonly [name: string]: unknown }
}

/** What the panel has to show. */
export interface Panel {
  readonly processNames: readonly string[]
  /** The slices of each thread, in the order in which they lie there. */
  readonly slices: readonly PanelEvent[]
  /** The slices that each arrow joins. */
  readonly flows: readonly (readonly PanelEvent[])[]
  /** Asynchronous slices whose begin and end have found each other. */
  readonly pairs: readonly { readonly name: string; readonly ts: number; readonly dur: number }[]
}

interface Thread {
  readonly entries: readonly PanelEvent[]
}
interface Data {
  readonly Meta: { readonly processNames: ReadonlyMap<number, PanelEvent> }
  readonly Flows: { readonly flows: Panel['flows'] }
  readonly Renderer: {
    readonly processes: ReadonlyMap<number, { readonly threads: ReadonlyMap<number, Thread> }>
  }
}
interface Engine {
  readonly Processor: { readonly TraceProcessor: { readonly createWithAllHandlers: () => Processor } }
  readonly Helpers: {
    readonly Trace: {
      readonly createMatchedSortedSyntheticEvents: (events: readonly object[]) => Panel['pairs']
    }
  }
}
interface Processor {
  readonly data: Data
  readonly parse: (events: readonly object[], options: object) => Promise<void>
}

/** Opens a trace. Throws where the engine refuses it. */
export async function openInDevTools(traceEvents: readonly PanelEvent[]): Promise<Panel> {
  // The engine is written for pages.
  Object.assign(globalThis, { window: globalThis, DOMRect: Object })
  const engine: unknown = await import('@paulirish/trace_engine')
  const { Processor, Helpers } = engine as Engine
  const processor = Processor.TraceProcessor.createWithAllHandlers()
  await processor.parse(traceEvents, { isFreshRecording: false })
  const { Meta, Flows, Renderer } = processor.data
  const threads = [...Renderer.processes.values()].flatMap(({ threads }) => [...threads.values()])
  return {
    processNames: [...Meta.processNames.values()].map(({ args }) => String(args?.['name'])),
    slices: threads.flatMap(({ entries }) => entries),
    flows: Flows.flows,
    pairs: Helpers.Trace.createMatchedSortedSyntheticEvents(
      traceEvents.filter(({ ph }) => ph === 'b' || ph === 'e'),
    ),
  }
}
