// What components that speak over streams are made of: framings as pure codecs over queues of bytes, a server and a client
// of sockets, and readers and writers of binary values.

export { countParameter, waitParameter, wrongParameter } from './bound-parameters.ts'
export { BinaryError, BinaryReader, BinaryWriter, type Endianness } from './binary.ts'
export { crc32c } from './crc32c.ts'
export { errorFields } from './error-fields.ts'
export {
  type FrameDecoder,
  frameMax,
  type Framing,
  FramingError,
  jsonLines,
  lengthPrefixed,
  lines,
} from './framing.ts'
export { isDeeperThan } from './json-depth.ts'
export { LazyTimer } from './lazy-timer.ts'
export { Session, type SessionEnd } from './session.ts'
export { serveSockets, type SocketServer, type SocketServerOptions } from './socket-server.ts'
export { ConnectionPool, type ConnectionPoolOptions, type Lease } from './connection-pool.ts'
export { FrameClient, type FrameClientOptions, type RequestId } from './frame-client.ts'
export {
  type FrameContext,
  type FrameHandler,
  type FrameMiddleware,
  type FrameServerOptions,
  serveFrames,
} from './frame-server.ts'
export { RequestError, type RequestErrorKind } from './request-error.ts'
export { closeKindly } from './close-kindly.ts'
export { Slots } from './slots.ts'
export { TimedWriter } from './timed-writer.ts'
