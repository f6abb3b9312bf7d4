// Bounds of a chat as `env.parameters`: what whoever serves one may say, under the names of `ChatLimits`.

import { chatLimits, type ChatLimits } from './rules.ts'
import type { DataRecord, Duration } from '../../sim/index.ts'
import { countParameter, waitParameter, wrongParameter } from '../transport/index.ts'

type WaitName = { [K in keyof ChatLimits]: ChatLimits[K] extends Duration ? K : never }[keyof ChatLimits]

/** Which of the bounds are times: the compiler asks for each. */
const waits: Readonly<Record<WaitName, true>> = {
  commandFor: true,
  requestFor: true,
  requestlessFor: true,
  namelessFor: true,
  silentFor: true,
  closeTimeout: true,
  stopTimeout: true,
}

const bounds: readonly string[] = Object.keys(chatLimits)
const logs = ['none', 'messages'] as const

/** The parameters of a chat: `log`, and its bounds, numbers and bytes as they are, waits in seconds. */
export const chatParameterNames: readonly string[] = [...bounds, 'log']

/** The bounds among the parameters of a node. Throws an error that names node, parameter, got and wanted. */
export function readChatParameters(of: string, parameters: DataRecord): Partial<ChatLimits> {
  const given = Object.entries(parameters).filter(([name]) => bounds.includes(name))
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      Object.hasOwn(waits, name) ? waitParameter(of, name, value) : countParameter(of, name, value),
    ]),
  )
}

/** Whether the server publishes which messages it acknowledged and shows (`log`: `none`, which is the default, or `messages`). */
export function readChatLog(of: string, { log = 'none' }: DataRecord): boolean {
  if (log !== 'none' && log !== 'messages') throw wrongParameter(of, 'log', log, logs.join(' or '))
  return log === 'messages'
}
