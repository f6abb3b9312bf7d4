// Statements as closures: a block is a list of functions over a frame. Expressions are in compile-expressions.ts.

import type { Block, Call, Expression, FunctionBody, Local, Statement, Target } from './ast.ts'
import { describe } from './compile-operations.ts'
import { ExpressionCompiler } from './compile-expressions.ts'
import { callsIn } from './calls-within.ts'
import { type Cell, cellOf, Frame } from './frame.ts'
import type { Machine } from './machine.ts'
import { isTrue } from './operators.ts'
import { toNumber } from './machine.ts'
import { ResumableCompiler } from './resumable.ts'
import { deepCall, type Steps } from './steps.ts'
import { LuaFunction, type LuaValue } from './value.ts'

/**
 * How a statement ends: with the next one, by leaving its loop, by leaving its function, or by leaving it for another that is
 * called in its place.
 */
export type Signal = 0 | 1 | 2 | 3
/** Runs a statement. */
export type Execute = (frame: Frame) => Signal

/** Makes a function of a chunk; its arguments are the chunk's `...`. */
export function compileChunk(machine: Machine, body: FunctionBody, chunk: string): LuaFunction {
  return new Compiler(machine, chunk).function(body)([])
}

/** Makes closures of statements. */
export class Compiler extends ExpressionCompiler {
  override function(body: FunctionBody): (upvalues: readonly Cell[]) => LuaFunction {
    const { machine } = this
    const weight = 4 + 2 * body.depth
    const begin = this.entry(body)
    const run = this.block(body.block)
    let resumable: ((frame: Frame) => Steps<LuaValue[]>) | null = null
    const bytes = callBytes(body)
    const steps = (frame: Frame): Steps<LuaValue[]> => {
      machine.meter.take(bytes)
      resumable ??= new ResumableCompiler(this).function(body)
      return resumable(frame)
    }
    return (upvalues) => {
      const call = (args: LuaValue[]): LuaValue[] => {
        if (machine.isDeep(weight)) return deepCall(machine, steps(begin(upvalues, args)), weight)
        const frame = begin(upvalues, args)
        machine.enter(weight)
        const signal = run(frame)
        machine.depth -= weight
        machine.calls.pop()
        return signal >= 2 ? frame.results : []
      }
      const begun = (args: LuaValue[]): Steps<LuaValue[]> => steps(begin(upvalues, args))
      return new LuaFunction({
        name: body.name,
        call,
        steps: begun,
        held: [],
        upvalues,
        weight,
        id: machine.newId(),
      })
    }
  }

  /** Begins a call: a frame with the arguments in place, on the stack of calls. */
  private entry(body: FunctionBody): (upvalues: readonly Cell[], args: LuaValue[]) => Frame {
    const { machine } = this
    const { isVararg, parameters } = body
    const bind = parameters.map((local) => this.declaration(local))
    const code = { chunk: this.chunk, line: body.line, bytes: callBytes(body) }
    return (upvalues, args) => {
      const frame = new Frame(
        code,
        upvalues,
        isVararg ? args.slice(parameters.length) : [],
        machine.tailCalls,
      )
      machine.tailCalls = 0
      machine.pushCall(frame)
      for (let at = 0; at < bind.length; at += 1) bind[at]?.(frame, args[at])
      if (machine.meter.isFull) machine.collect()
      return frame
    }
  }

  /** A local gets its first value: a captured one a new cell, so that each round of a loop has its own. */
  declaration({ isCaptured, slot }: Local): (frame: Frame, value: LuaValue) => void {
    if (isCaptured)
      return (frame, value) => {
        frame.cells[slot] = { value }
      }
    return (frame, value) => {
      frame.slots[slot] = value
    }
  }

  block(block: Block): Execute {
    const steps = block.map((statement) => this.statement(statement))
    const [first, second] = steps
    if (first === undefined) return () => 0
    if (second === undefined) return first
    return (frame) => {
      for (const step of steps) {
        const signal = step(frame)
        if (signal !== 0) return signal
      }
      return 0
    }
  }

  statement(statement: Statement): Execute {
    switch (statement.kind) {
      case 'do':
        return this.block(statement.block)
      case 'break':
        return () => 1
      case 'call': {
        const call = this.many(statement.call)
        return (frame) => {
          call(frame)
          return 0
        }
      }
      case 'local':
        return this.local(statement)
      case 'localFunction':
        return this.localFunction(statement)
      case 'assign':
        return this.assign(statement)
      case 'if':
        return this.if(statement)
      case 'while':
        return this.while(statement)
      case 'repeat':
        return this.repeat(statement)
      case 'for':
        return this.for(statement)
      case 'forIn':
        return this.forIn(statement)
      case 'return':
        return this.return(statement)
    }
  }

  private local({ locals, values }: Extract<Statement, { kind: 'local' }>): Execute {
    const declare = locals.map((local) => this.declaration(local))
    const [only] = values
    const [declareOnly] = declare
    if (locals.length === 1 && values.length === 1 && only !== undefined && declareOnly !== undefined) {
      const value = this.one(only)
      return (frame) => {
        declareOnly(frame, value(frame))
        return 0
      }
    }
    const list = this.list(values)
    return (frame) => {
      const all = list(frame)
      for (let at = 0; at < declare.length; at += 1) declare[at]?.(frame, all[at])
      return 0
    }
  }

  private localFunction({ local, body }: Extract<Statement, { kind: 'localFunction' }>): Execute {
    const declare = this.declaration(local)
    const value = this.closureOf(body)
    return (frame) => {
      // First the variable, then the function: it may call itself.
      declare(frame, undefined)
      const made = value(frame)
      if (local.isCaptured) cellOf(frame.cells, local.slot).value = made
      else frame.slots[local.slot] = made
      return 0
    }
  }

  private assign({ targets, values }: Extract<Statement, { kind: 'assign' }>): Execute {
    const [target] = targets
    const [value] = values
    if (targets.length === 1 && values.length === 1 && target !== undefined && value !== undefined)
      return this.assignOne(target, value)
    const { machine } = this
    const places = targets.map((each) => this.place(each))
    const list = this.list(values)
    return (frame) => {
      const held: LuaValue[] = []
      machine.temporaries.push(held)
      const stores = places.map((place) => place(frame, held))
      const all = list(frame)
      for (let at = stores.length - 1; at >= 0; at -= 1) stores[at]?.(all[at])
      machine.temporaries.pop()
      return 0
    }
  }

  private assignOne(target: Target, expression: Expression): Execute {
    const { machine } = this
    const value = this.one(expression)
    if (target.kind === 'local' && !target.local.isCaptured) {
      const { slot } = target.local
      return (frame) => {
        frame.slots[slot] = value(frame)
        return 0
      }
    }
    if (target.kind === 'index') {
      const [object, key] = [this.one(target.object), this.one(target.key)]
      const name = describe(target.object)
      const isHeld = callsIn(target.key) || callsIn(expression)
      return (frame) => {
        const at = object(frame)
        if (isHeld) machine.temporaries.push(at)
        const index = key(frame)
        if (isHeld) machine.temporaries.push(index)
        const stored = value(frame)
        if (isHeld) machine.temporaries.length -= 2
        frame.line = target.line
        machine.setIndex(at, index, stored, name)
        return 0
      }
    }
    const place = this.place(target)
    return (frame) => {
      place(frame, [])(value(frame))
      return 0
    }
  }

  /** Evaluates where a value goes, which `held` keeps meanwhile; what that gives takes the value. */
  private place(target: Target): (frame: Frame, held: LuaValue[]) => (value: LuaValue) => void {
    const { machine } = this
    switch (target.kind) {
      case 'local': {
        const { local } = target
        return (frame) => (value) => {
          if (local.isCaptured) cellOf(frame.cells, local.slot).value = value
          else frame.slots[local.slot] = value
        }
      }
      case 'upvalue':
        return (frame) => (value) => {
          cellOf(frame.upvalues, target.index).value = value
        }
      case 'global':
        return (frame) => (value) => {
          frame.line = target.line
          machine.setIndex(machine.globals, target.name, value)
        }
      case 'index': {
        const [object, key] = [this.one(target.object), this.one(target.key)]
        const name = describe(target.object)
        return (frame, held) => {
          const at = object(frame)
          held.push(at)
          const index = key(frame)
          held.push(index)
          return (value) => {
            frame.line = target.line
            machine.setIndex(at, index, value, name)
          }
        }
      }
    }
  }

  private if({ branches, otherwise }: Extract<Statement, { kind: 'if' }>): Execute {
    const tried = branches.map(({ condition, block }) => ({
      holds: this.one(condition),
      run: this.block(block),
    }))
    const rest = this.block(otherwise)
    return (frame) => {
      for (const { holds, run } of tried) if (isTrue(holds(frame))) return run(frame)
      return rest(frame)
    }
  }

  private while({ condition, block }: Extract<Statement, { kind: 'while' }>): Execute {
    const holds = this.one(condition)
    const run = this.block(block)
    const { machine } = this
    return (frame) => {
      while (isTrue(holds(frame))) {
        machine.round()
        const signal = run(frame)
        if (signal >= 2) return signal
        if (signal === 1) break
      }
      return 0
    }
  }

  private repeat({ condition, block }: Extract<Statement, { kind: 'repeat' }>): Execute {
    const holds = this.one(condition)
    const run = this.block(block)
    const { machine } = this
    return (frame) => {
      do {
        machine.round()
        const signal = run(frame)
        if (signal >= 2) return signal
        if (signal === 1) break
      } while (!isTrue(holds(frame)))
      return 0
    }
  }

  private for({ block, from, line, local, step, to }: Extract<Statement, { kind: 'for' }>): Execute {
    const [first, last] = [this.one(from), this.one(to)]
    const by = step === null ? () => 1 : this.one(step)
    const declare = this.declaration(local)
    const run = this.block(block)
    const { machine } = this
    return (frame) => {
      const [start, end, pace] = this.range([first(frame), last(frame), by(frame)], frame, line)
      for (let at = start; pace > 0 ? at <= end : at >= end; at += pace) {
        machine.round()
        declare(frame, at)
        const signal = run(frame)
        if (signal >= 2) return signal
        if (signal === 1) break
      }
      return 0
    }
  }

  range(values: readonly LuaValue[], frame: Frame, line: number): readonly [number, number, number] {
    const [start, end, pace] = values.map(toNumber)
    frame.line = line
    if (start === undefined) throw this.machine.error("'for' initial value must be a number")
    if (end === undefined) throw this.machine.error("'for' limit must be a number")
    if (pace === undefined) throw this.machine.error("'for' step must be a number")
    return [start, end, pace]
  }

  private forIn({ block, line, locals, values }: Extract<Statement, { kind: 'forIn' }>): Execute {
    const list = this.list(values)
    const declare = locals.map((local) => this.declaration(local))
    const run = this.block(block)
    const { machine } = this
    return (frame) => {
      const [iterate, state, first] = list(frame)
      // What the loop goes on with, whatever becomes of its variables.
      const held = [iterate, state, first]
      machine.temporaries.push(held)
      for (;;) {
        machine.round()
        frame.line = line
        const results = machine.callBack(iterate, [state, held[2]], true)
        held[2] = results[0]
        let signal: Signal = 1
        if (results[0] !== undefined) {
          for (let at = 0; at < declare.length; at += 1) declare[at]?.(frame, results[at])
          signal = run(frame)
        }
        if (signal === 0) continue
        machine.temporaries.pop()
        return signal === 1 ? 0 : signal
      }
    }
  }

  private return({ values }: Extract<Statement, { kind: 'return' }>): Execute {
    const [only] = values
    if (values.length === 1 && only?.kind === 'call') return this.tailCall(only)
    const list = this.list(values)
    return (frame) => {
      frame.results = list(frame)
      return 2
    }
  }

  /** A function of Lua is called once this one has left the stack. */
  private tailCall(call: Call): Execute {
    const { machine } = this
    const callee = this.callee(call)
    return (frame) => {
      const args = callee(frame)
      const called = args.shift()
      frame.line = call.line
      if (called instanceof LuaFunction && called.steps !== null) {
        machine.tailCallee = called
        machine.tailArgs = args
        machine.tailCalls = frame.tailCalls + 1
        return 3
      }
      frame.results = machine.call(called, args, this.calleeName(call))
      return 2
    }
  }
}

/** Bytes of a call: its locals, and what stops within its statements and expressions where it is made of steps. */
function callBytes({ depth, slots }: FunctionBody): number {
  return 256 + 8 * slots + 200 * depth
}
