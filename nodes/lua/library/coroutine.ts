// The coroutine library (reference manual, section 5.2).

import { type Arguments, install } from '../arguments.ts'
import { newThread, resume } from '../coroutine.ts'
import { LuaError } from '../lua-error.ts'
import { type Machine, plainText } from '../machine.ts'
import { LuaFunction, LuaThread } from '../value.ts'

/** Installs `coroutine`. */
export function installCoroutine(machine: Machine): void {
  // What a coroutine calls to stop; that it is called in any other way means that something of the host is in between.
  const pause = machine.native('yield', () => {
    throw machine.fault('attempt to yield across metamethod/C-call boundary')
  })
  const library = install(machine, machine.table(), {
    create: (args) => [create(args, pause)],
    resume: (args) => {
      const resumed = resume(machine, threadOf(args), args.values.slice(1))
      return resumed.kind === 'error' ? [false, resumed.value] : [true, ...resumed.values]
    },
    running: () => [machine.thread ?? undefined],
    status: (args) => [threadOf(args).status],
    wrap: (args) => {
      const thread = create(args, pause)
      const run = machine.native(
        'wrap',
        (values) => {
          const resumed = resume(machine, thread, values)
          if (resumed.kind === 'results') return resumed.values
          const { value } = resumed
          const isText = typeof value === 'string' || typeof value === 'number'
          throw new LuaError(isText ? machine.where(1) + plainText(value) : value)
        },
        [thread],
      )
      return [run]
    },
  })
  library.put('yield', pause)
  machine.globals.put('coroutine', library)
}

function create(args: Arguments, pause: LuaFunction): LuaThread {
  const body = args.at(1)
  if (body instanceof LuaFunction && body.steps !== null) return newThread(args.machine, body, pause)
  throw args.wrong(1, 'Lua function expected')
}

function threadOf(args: Arguments): LuaThread {
  const thread = args.at(1)
  if (thread instanceof LuaThread) return thread
  throw args.wrong(1, 'coroutine expected')
}
