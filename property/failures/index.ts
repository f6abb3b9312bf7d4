// Failures of property tests: kept and told as the command does.

export { keepAndTell, outcomeText, type ShrunkFailure, type ToldFailure } from './kept-failure.ts'
export { placeOf, type ScenarioPlace } from './scenario-file.ts'
export { shrinkWithin } from './shrink-within.ts'
export { unsteadyText } from './unsteady-text.ts'
