// The gate through which everything but messages reaches a program: at once, or in its turn when the node is paused or
// its CPU busy. And what becomes of what was waiting there when the node died.

import { handleMessage } from './deliver-message.ts'
import type { Link } from './link.ts'
import type { Machine, Process, Waiting } from '../node/index.ts'

/** Something that a program has to learn. */
export interface ProgramInput {
  /** Logs the input event, then settles promises. */
  run(cause: number): void
  /** The program will not learn it: its incarnation ended, or too many inputs wait. */
  dropped(cause: number, why: 'node-down' | 'inbox-full'): void
}

/** Gives an input to an incarnation within the current step, or as soon as its node can take a step. */
export function deliverInput(process: Process, input: ProgramInput, extra: number, cause: number): void {
  const { machine } = process
  if (!process.isAlive) input.dropped(cause, 'node-down')
  else if (machine.isHindered) machine.defer(deliverInput, process, input, extra, cause)
  else {
    machine.beginStep()
    input.run(cause)
  }
}

/** What becomes of an input that was waiting when its node died, or that finds the inbox full. */
export function dropWaiting(_machine: Machine, waiting: Waiting, why: 'node-down' | 'inbox-full'): void {
  const { action } = waiting
  // The action tells what the subject and the payload are: nobody else defers these two.
  if (action === handleMessage) (waiting.subject as Link).drop(waiting.cause, why)
  else if (action === deliverInput) (waiting.payload as ProgramInput).dropped(waiting.cause, why)
}
