// Which parts of the programs runs come to.

export { BranchCoverage } from './branch-coverage.ts'
export {
  bothUnreached,
  type Place,
  placeOf,
  type PlaceRange,
  type Unreached,
  unreachedSize,
} from './unreached.ts'
