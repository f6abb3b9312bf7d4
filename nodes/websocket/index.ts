// WebSocket (RFC 6455) with compressed messages (RFC 7692): a codec of pure state machines, the opening handshake as values, and
// open connections over streams for both ends.

export {
  closeCodes,
  type CloseReason,
  decodeClose,
  encodeClose,
  isSendable,
  reasonMax,
} from './close-code.ts'
export { type ConnectOptions, connectWebSocket, HandshakeError } from './client.ts'
export { type DeflateDirection, MessageDeflater } from './deflate.ts'
export type { Agreement, Compression } from './extension.ts'
export { controlPayloadMax, encodeFrame, type Frame, type FrameHead, type Opcode, opcodes } from './frame.ts'
export { FrameDecoder, type FrameLimits, type FramePart } from './frame-decoder.ts'
export {
  acceptKey,
  answerHandshake,
  type HandshakeRequest,
  type HandshakeResponse,
  type HandshakeRules,
  type HandshakeVerdict,
} from './handshake.ts'
export type { KeepAliveOptions } from './keep-alive.ts'
export {
  type Decoded,
  type DecoderOptions,
  type Incoming,
  MessageDecoder,
  messageLimits,
  type MessageLimits,
} from './message-decoder.ts'
export { MessageInflater } from './message-inflater.ts'
export type { WebSocketMessage } from './message-inbox.ts'
export { type AcceptOptions, acceptStream, acceptWebSocket, type Upgrade } from './server.ts'
export {
  type Closure,
  type OpenedStream,
  WebSocketConnection,
  type WebSocketOptions,
} from './websocket-connection.ts'
export { websocketEcho, type WebSocketEchoOptions, websocketEchoPort } from './websocket-echo.ts'
export { WebSocketError } from './websocket-error.ts'
