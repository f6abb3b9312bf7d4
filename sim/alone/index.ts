// One node alone: its program against its recorded inputs.

export type { AloneDivergence, AloneResult, InputDivergence, OutputDivergence } from './alone-result.ts'
export { type AloneOptions, replayAlone } from './replay-alone.ts'
