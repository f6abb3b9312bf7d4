// Bounds of a chat as `env.parameters`: what whoever serves one may say, under the names of `ChatLimits`.

import { chatLimits, type ChatLimits } from './rules.ts'
import type { DataRecord } from '../../sim/index.ts'
import { countParameter, waitParameter } from '../transport/index.ts'

const waits: readonly string[] = [
  'commandFor',
  'requestFor',
  'requestlessFor',
  'namelessFor',
  'silentFor',
  'closeTimeout',
] satisfies readonly (keyof ChatLimits)[]

/** What `readChatParameters` reads: numbers and bytes as they are, waits in seconds. */
export const chatParameterNames: readonly string[] = Object.keys(chatLimits)

/** The bounds among the parameters of a node. Throws an error that names node, parameter, got and wanted. */
export function readChatParameters(of: string, parameters: DataRecord): Partial<ChatLimits> {
  const given = Object.entries(parameters).filter(([name]) => chatParameterNames.includes(name))
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      waits.includes(name) ? waitParameter(of, name, value) : countParameter(of, name, value),
    ]),
  )
}
