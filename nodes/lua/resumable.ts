// Functions as steps (steps.ts): what runs in a coroutine, and what nests too deep for the real stack. Locals live where
// compile.ts has them; only statements that hold a call are made anew.

import type { Block, FunctionBody, Statement, Target } from './ast.ts'
import { blockCalls, statementCalls } from './calls-within.ts'
import type { Signal } from './compile.ts'
import { describe } from './compile-operations.ts'
import { cellOf, type Frame } from './frame.ts'
import { isTrue } from './operators.ts'
import { direct, type Piece, ResumableExpressions, single, stepping } from './resumable-expressions.ts'
import type { Steps } from './steps.ts'
import { LuaFunction, type LuaValue } from './value.ts'

type Resume = Piece<Signal>
type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>

/** Makes steps of functions. */
export class ResumableCompiler extends ResumableExpressions {
  /** A function whose frame is there and on the stack of calls. */
  function(body: FunctionBody): (frame: Frame) => Steps<LuaValue[]> {
    const run = this.#block(body.block)
    const { machine } = this.compiler
    return function* (frame) {
      const signal = run.isDirect ? run.run(frame) : yield* run.run(frame)
      machine.calls.pop()
      return signal >= 2 ? frame.results : []
    }
  }

  #block(block: Block): Resume {
    if (!blockCalls(block)) return direct(this.compiler.block(block))
    const steps = block.map((statement) => this.#statement(statement))
    const [first] = steps
    if (first !== undefined && steps.length === 1) return first
    return stepping<Signal>(function* (frame) {
      for (const step of steps) {
        const signal = step.isDirect ? step.run(frame) : yield* step.run(frame)
        if (signal !== 0) return signal
      }
      return 0
    })
  }

  #statement(statement: Statement): Resume {
    if (!statementCalls(statement)) return direct(this.compiler.statement(statement))
    switch (statement.kind) {
      case 'do':
        return this.#block(statement.block)
      case 'call': {
        const call = this.call(statement.call)
        return stepping<Signal>(function* (frame) {
          yield* call(frame)
          return 0
        })
      }
      case 'local':
        return this.#local(statement)
      case 'assign':
        return this.#assign(statement)
      case 'if':
        return this.#if(statement)
      case 'while':
      case 'repeat':
        return this.#loop(statement)
      case 'for':
        return this.#for(statement)
      case 'forIn':
        return this.#forIn(statement)
      case 'return':
        return this.#return(statement)
      default:
        throw new Error(`a statement without calls: ${statement.kind}`)
    }
  }

  #local({ locals, values }: Of<'local'>): Resume {
    const declare = locals.map((local) => this.compiler.declaration(local))
    const list = this.list(values)
    return stepping<Signal>(function* (frame) {
      const all = list.isDirect ? list.run(frame) : yield* list.run(frame)
      for (let at = 0; at < declare.length; at += 1) declare[at]?.(frame, all[at])
      return 0
    })
  }

  #assign({ targets, values }: Of<'assign'>): Resume {
    const { compiler } = this
    const { machine } = compiler
    const places = targets.map((target) =>
      this.list(target.kind === 'index' ? [target.object, target.key] : []),
    )
    const stores = targets.map((target) => this.#store(target))
    const list = this.list(values)
    return stepping<Signal>(function* (frame) {
      const held: LuaValue[][] = []
      for (const place of places) {
        const at = place.isDirect ? place.run(frame) : yield* place.run(frame)
        machine.temporaries.push(at)
        held.push(at)
      }
      const all = list.isDirect ? list.run(frame) : yield* list.run(frame)
      for (let at = stores.length - 1; at >= 0; at -= 1) stores[at]?.(frame, held[at] ?? [], all[at])
      machine.temporaries.length -= held.length
      return 0
    })
  }

  #store(target: Target): (frame: Frame, place: readonly LuaValue[], value: LuaValue) => void {
    const { compiler } = this
    const { machine } = compiler
    switch (target.kind) {
      case 'local': {
        const { isCaptured, slot } = target.local
        return (frame, _, value) => {
          if (isCaptured) cellOf(frame.cells, slot).value = value
          else frame.slots[slot] = value
        }
      }
      case 'upvalue':
        return (frame, _, value) => {
          cellOf(frame.upvalues, target.index).value = value
        }
      case 'global':
        return (frame, _, value) => {
          frame.line = target.line
          machine.setIndex(machine.globals, target.name, value)
        }
      case 'index': {
        const name = describe(target.object)
        return (frame, [object, key], value) => {
          frame.line = target.line
          machine.setIndex(object, key, value, name)
        }
      }
    }
  }

  #if({ branches, otherwise }: Of<'if'>): Resume {
    const tried = branches.map(({ block, condition }) => ({
      holds: this.one(condition),
      run: this.#block(block),
    }))
    const rest = this.#block(otherwise)
    return stepping<Signal>(function* (frame) {
      for (const { holds, run } of tried)
        if (isTrue(holds.isDirect ? holds.run(frame) : yield* holds.run(frame)))
          return run.isDirect ? run.run(frame) : yield* run.run(frame)
      return rest.isDirect ? rest.run(frame) : yield* rest.run(frame)
    })
  }

  #loop({ block, condition, kind }: Of<'while' | 'repeat'>): Resume {
    const { machine } = this.compiler
    const [holds, run] = [this.one(condition), this.#block(block)]
    if (kind === 'repeat')
      return stepping<Signal>(function* (frame) {
        for (;;) {
          machine.round()
          const signal = run.isDirect ? run.run(frame) : yield* run.run(frame)
          if (signal >= 2) return signal
          if (signal === 1) return 0
          if (isTrue(holds.isDirect ? holds.run(frame) : yield* holds.run(frame))) return 0
        }
      })
    return stepping<Signal>(function* (frame) {
      while (isTrue(holds.isDirect ? holds.run(frame) : yield* holds.run(frame))) {
        machine.round()
        const signal = run.isDirect ? run.run(frame) : yield* run.run(frame)
        if (signal >= 2) return signal
        if (signal === 1) break
      }
      return 0
    })
  }

  #for({ block, from, line, local, step, to }: Of<'for'>): Resume {
    const { compiler } = this
    const bounds = this.list([from, to].map(single).concat(step === null ? [] : [single(step)]))
    const declare = compiler.declaration(local)
    const run = this.#block(block)
    return stepping<Signal>(function* (frame) {
      const [first, last, by = 1] = bounds.isDirect ? bounds.run(frame) : yield* bounds.run(frame)
      const [start, end, pace] = compiler.range([first, last, by], frame, line)
      for (let at = start; pace > 0 ? at <= end : at >= end; at += pace) {
        compiler.machine.round()
        declare(frame, at)
        const signal = run.isDirect ? run.run(frame) : yield* run.run(frame)
        if (signal >= 2) return signal
        if (signal === 1) break
      }
      return 0
    })
  }

  #forIn({ block, line, locals, values }: Of<'forIn'>): Resume {
    const { machine } = this.compiler
    const list = this.list(values)
    const declare = locals.map((local) => this.compiler.declaration(local))
    const run = this.#block(block)
    return stepping<Signal>(function* (frame) {
      const [iterate, state, first] = list.isDirect ? list.run(frame) : yield* list.run(frame)
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
          signal = run.isDirect ? run.run(frame) : yield* run.run(frame)
        }
        if (signal === 0) continue
        machine.temporaries.pop()
        return signal === 1 ? 0 : signal
      }
    })
  }

  #return({ values }: Of<'return'>): Resume {
    const { machine } = this.compiler
    const [only] = values
    if (values.length !== 1 || only?.kind !== 'call') {
      const list = this.list(values)
      return stepping<Signal>(function* (frame) {
        frame.results = list.isDirect ? list.run(frame) : yield* list.run(frame)
        return 2
      })
    }
    const request = this.request(only)
    return stepping<Signal>(function* (frame) {
      const asked = yield* request(frame)
      if (asked.called instanceof LuaFunction && asked.called.steps !== null) {
        machine.tailCallee = asked.called
        machine.tailArgs = asked.args
        machine.tailCalls = frame.tailCalls + 1
        return 3
      }
      frame.results = yield asked
      return 2
    })
  }
}
