// Traces in formats that other tools open: each an exporter, a fold from events to text.

export { exportTrace, type ExportOptions, type ExportSource } from './export-trace.ts'
export type { Bound, ExportContext, Exporter, Selection } from './exporter.ts'
export { type TextFormat, textFormats } from './formats.ts'
