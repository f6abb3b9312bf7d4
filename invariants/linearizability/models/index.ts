// The models by name.

import { counter } from './counter.ts'
import { kv } from './kv.ts'
import { lock } from './lock.ts'
import { log } from './log.ts'
import type { Model } from './model.ts'
import { queue } from './queue.ts'
import { casRegister, register } from './register.ts'
import { set } from './set.ts'

export type { Model } from './model.ts'
export { casRegister, counter, kv, lock, log, queue, register, set }

/** All models, in the order in which help texts name them. */
export const models: readonly Model[] = [register, casRegister, kv, queue, set, counter, lock, log]

/** The model of a name, or undefined. */
export function modelNamed(name: string): Model | undefined {
  return models.find((model) => model.name === name)
}
