// Traces in formats that other tools open: each an exporter, a fold from events to text.

export type { ExportContext, Selection } from './exporter.ts'
export { type Format, formats } from './formats.ts'
