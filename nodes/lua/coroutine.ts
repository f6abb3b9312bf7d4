// Coroutines: threads of Lua that take turns. Each has a stack of calls of its own; only calls of Lua code by Lua code may lie
// between a coroutine's start and its yield, as in Lua 5.1.

import { threadBytes } from './live-memory.ts'
import { LuaError } from './lua-error.ts'
import type { Machine } from './machine.ts'
import { StepRunner } from './steps.ts'
import { type LuaFunction, LuaThread, type LuaValue } from './value.ts'

/** Coroutines that wait for one another, and other calls by the host: some fewer than of those alone. */
const resumesMax = 190

/** Results, or the error that ended the coroutine or kept it from going on. */
export type Resumed =
  | { readonly kind: 'results'; readonly values: LuaValue[] }
  | { readonly kind: 'error'; readonly value: LuaValue }

/** A coroutine that will run a function. `pause` is the function that yields. */
export function newThread(machine: Machine, body: LuaFunction, pause: LuaFunction): LuaThread {
  const { steps } = body
  if (steps === null) throw new Error('a coroutine runs a function of Lua')
  machine.meter.take(threadBytes)
  let runner: StepRunner | null = null
  const thread = new LuaThread(machine.newId(), body, (values) => {
    let input = values
    if (runner === null) {
      runner = new StepRunner(machine, pause)
      runner.push(steps(values), body.weight)
      input = []
    }
    const progress = runner.run(input)
    thread.status = progress.isDone ? 'dead' : 'suspended'
    return progress.values
  })
  return thread
}

/** Lets a coroutine go on until it yields, returns or fails. */
export function resume(machine: Machine, thread: LuaThread, values: LuaValue[]): Resumed {
  if (thread.status !== 'suspended')
    return { kind: 'error', value: `cannot resume ${thread.status} coroutine` }
  const outer = { calls: machine.calls, temporaries: machine.temporaries }
  const before = machine.thread
  machine.waiting.push(outer)
  if (before !== null) before.status = 'normal'
  thread.status = 'running'
  const mark = machine.mark()
  try {
    return { kind: 'results', values: switched(machine, thread, values) }
  } catch (error) {
    machine.restore(mark, error)
    thread.end()
    if (!(error instanceof LuaError)) throw error
    machine.meter.step(20)
    return { kind: 'error', value: error.value }
  } finally {
    machine.waiting.pop()
    machine.calls = outer.calls
    machine.temporaries = outer.temporaries
    machine.thread = before
    if (before !== null) before.status = 'running'
  }
}

function switched(machine: Machine, thread: LuaThread, values: LuaValue[]): LuaValue[] {
  machine.thread = thread
  machine.calls = thread.stack.calls
  machine.temporaries = thread.stack.temporaries
  machine.tailCalls = 0
  machine.hostCalls += 1
  if (machine.hostCalls > resumesMax) throw machine.fault('C stack overflow')
  machine.enter(6)
  const results = thread.resume(values)
  if (thread.status === 'dead') thread.end()
  machine.hostCalls -= 1
  machine.depth -= 6
  return results
}
