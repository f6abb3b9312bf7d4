// A chat: rooms with history on the disk, over lines and WebSocket.

export { chat, chatExitCodes, type ChatOptions, chatPort, chatWebPort } from './chat.ts'
export { chatParameterNames, readChatLog, readChatParameters } from './chat-parameters.ts'
export { chatMutants, chatRules, type ChatMutant, type ChatRules } from './chat-rules.ts'
export type {
  ChatCommand,
  ChatErrorCode,
  ChatEvent,
  ClosingCode,
  Presence,
  StoredMessage,
} from './protocol.ts'
export { chatLimits, type ChatLimits, isNick, isRoom } from './rules.ts'
export { ChatClient, type ChatClientOptions, ChatRefusal } from './chat-client.ts'
export type { ChatAddress } from './chat-link.ts'
export { type LineContext, lineHelp, readLine, showEvent } from './line-codec.ts'
export type { ReadCommand } from './json-codec.ts'
export { chatOperations, chatter, type ChatterOptions } from './chatter.ts'
