// What property tests have in common with the command: failures are kept in the same place and replayed by the same line.

export { replayLine, runLine } from './command-line.ts'
export type { FoundScenario } from './find-scenario.ts'
export { keepShrunk } from './keep-failure.ts'
export { freeTracePath, runWithTrace } from './recorded-run.ts'
export { bundleViewer, viewerBundle } from './viewer-bundle.ts'
