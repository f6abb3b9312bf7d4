// Programs on real machines: the same Env as in the simulation, over Node's own sockets, files and time.

export { type Address, type AddressOptions, addressText, readAddress } from './addresses.ts'
export { DataFolderError } from './data-folder.ts'
export { messagesPort } from './message-door.ts'
export { loggedKinds, RealNode, type RealNodeEnd, type RealNodeOptions } from './real-node.ts'
export { type Exchange, type ExchangeStep, saidIn, type WhatPassed } from './exchange.ts'
export {
  ExchangeFile,
  ExchangeFileError,
  isExchangeText,
  readExchanges,
  type RecordedExchanges,
  type RecordedNode,
} from './exchange-file.ts'
export { replayExchanges, type ReplayOptions } from './replay-exchanges.ts'
export { LiveLog, type LiveLogOptions } from './live-log.ts'
export { isRealLog, mergedLogs } from './merged-logs.ts'
export type { Listening, ListenRefusal } from './real-net.ts'
