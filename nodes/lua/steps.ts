// Code that can stop at every call, so that a coroutine can leave it there, and that calls of it need no real stack.

import type { Machine } from './machine.ts'
import { LuaFunction, type LuaValue } from './value.ts'

/** A call that a piece of code asks for; it goes on with the results. */
export interface CallRequest {
  readonly called: LuaValue
  readonly args: LuaValue[]
  /** Names the value in the error where it is no function. */
  readonly name: string
}

/** A piece of code that stops at each call. */
export type Steps<T> = Generator<CallRequest, T, LuaValue[]>

/** How a run of steps stands: at its end, or where it has called the function that yields. */
export interface Progress {
  readonly isDone: boolean
  readonly values: LuaValue[]
}

/** Runs steps with a stack of its own in place of the real one. */
export class StepRunner {
  readonly #machine: Machine
  /** Calling it stops the run; null where nothing may. */
  readonly #pause: LuaFunction | null
  readonly #stack: Steps<LuaValue[]>[] = []
  readonly #weights: number[] = []

  constructor(machine: Machine, pause: LuaFunction | null) {
    this.#machine = machine
    this.#pause = pause
  }

  /** A call begins. */
  push(steps: Steps<LuaValue[]>, weight: number): void {
    this.#stack.push(steps)
    this.#weights.push(weight)
  }

  /** Goes on, with the values that the call which stopped it gives. */
  run(values: LuaValue[]): Progress {
    let input = values
    while (this.#stack.length > 0) {
      const request = this.#advanced(input)
      if ('done' in request) input = request.done
      else {
        this.#machine.meter.step()
        const results = this.#called(request)
        if (results === null) return { isDone: false, values: request.args }
        input = results
      }
    }
    return { isDone: true, values: input }
  }

  /** The innermost call goes on to its next call, to its end, or to a call in its place. */
  #advanced(input: LuaValue[]): CallRequest | { readonly done: LuaValue[] } {
    const machine = this.#machine
    const last = this.#stack.length - 1
    const { depth } = machine
    machine.enter(this.#weights[last] ?? 0)
    const step = this.#stack[last]?.next(input)
    machine.depth = depth
    if (step === undefined) return { done: input }
    if (step.done !== true) return step.value
    this.#stack.pop()
    this.#weights.pop()
    const { tailArgs, tailCallee, tailName } = machine
    if (tailCallee === undefined) return { done: step.value }
    machine.tailCallee = undefined
    machine.tailArgs = []
    return { called: tailCallee, args: tailArgs, name: tailName }
  }

  /** Results of a function of the host, nothing yet of one of Lua; null where the run is to stop. */
  #called({ args, called, name }: CallRequest): LuaValue[] | null {
    const machine = this.#machine
    let target = called
    let values = args
    if (!(target instanceof LuaFunction)) {
      target = machine.callHandler(called, name)
      values = [called, ...args]
    }
    if (target.steps !== null) {
      this.push(target.steps(values), target.weight)
      return []
    }
    machine.tailCalls = 0
    return target === this.#pause ? null : machine.callNative(target, values, name)
  }
}

/** Calls a function of Lua without the real stack, however deep calls nest from there on. */
export function deepCall(machine: Machine, steps: Steps<LuaValue[]>, weight: number): LuaValue[] {
  const runner = new StepRunner(machine, null)
  runner.push(steps, weight)
  return runner.run([]).values
}
