// Shrinking failures.

export { type FailureSignature, hasEscaped, isSameFailure, signatureOf } from './failure-signature.ts'
export { minimise } from './minimise.ts'
export {
  type FailureSize,
  NotFailingError,
  shrink,
  type ShrinkOptions,
  type ShrinkProgress,
  type ShrinkResult,
  type ShrinkStart,
  shrinkStart,
  shrinkWith,
} from './shrink.ts'
export { type Candidate, only, type OtherFailure } from './trials.ts'
