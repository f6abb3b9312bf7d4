// The files of a Redis server: RDB snapshots and append-only files in the formats of Redis 7.0.

export { RedisFileError } from './bytes/file-error.ts'
export { type PersistenceFlaws, type PersistenceHost, ReplayError } from './host.ts'
export { Persistence } from './persistence.ts'
export type { EncodingLimits } from './rdb/encodings.ts'
export { dumpBytes, dumpValue, isIntact, restoreValue } from './rdb/dump.ts'
export { dumpFunctions, restoreFunctions } from './rdb/functions.ts'
export { RdbReader, type RdbRecord } from './rdb/reader.ts'
export { RdbWriter } from './rdb/writer.ts'
export { pathIn } from './path.ts'
export { replaceFile } from './replace-file.ts'
export { Capture, originFields, type StreamOrigin } from './snapshot/capture.ts'
