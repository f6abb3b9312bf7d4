// What people look at: pure functions from data to text.

export { bytesText, dataText, fieldsText } from './data-text.ts'
export { eventLine, eventLines, type EventLinesOptions } from './event-lines.ts'
export { eventText } from './event-text.ts'
export { diffReport } from './diff-report.ts'
export type { Sides } from './difference-text.ts'
export { type Failure, failureReport } from './failure-report.ts'
export { coloured, type Palette, paletteFor, plain } from './palette.ts'
export { replayReport } from './replay-report.ts'
export { type FaultCount, headline, runSummary, type SummarisedRun } from './run-summary.ts'
export { type SweepFailure, type SweepFault, type SweepResult, sweepSummary } from './sweep-summary.ts'
export { failureSlice } from './failure-slice.ts'
