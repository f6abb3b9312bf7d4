// Which code holds a call of its own (not one of a function that it only makes): what comes before such a call must be seen
// when memory is looked through, and only such code can stop in a coroutine.

import type { Block, Expression, Statement } from './ast.ts'

const known = new WeakMap<object, boolean>()

function remembered<T extends object>(piece: T, look: (piece: T) => boolean): boolean {
  const before = known.get(piece)
  if (before !== undefined) return before
  const found = look(piece)
  known.set(piece, found)
  return found
}

/** Whether an expression calls. */
export function callsIn(expression: Expression): boolean {
  return remembered(expression, look)
}

/** Whether one of several does. */
export function anyCalls(expressions: readonly Expression[]): boolean {
  return expressions.some(callsIn)
}

function look(expression: Expression): boolean {
  switch (expression.kind) {
    case 'call':
      return true
    case 'index':
      return callsIn(expression.object) || callsIn(expression.key)
    case 'parenthesis':
      return callsIn(expression.inner)
    case 'logical':
    case 'binary':
      return callsIn(expression.left) || callsIn(expression.right)
    case 'unary':
      return callsIn(expression.operand)
    case 'table':
      return expression.entries.some(({ key, value }) => callsIn(value) || (key !== null && callsIn(key)))
    default:
      return false
  }
}

/** Whether a block calls. */
export function blockCalls(block: Block): boolean {
  return block.some(statementCalls)
}

/** Whether a statement does. */
export function statementCalls(statement: Statement): boolean {
  return remembered(statement, lookAtStatement)
}

function lookAtStatement(statement: Statement): boolean {
  switch (statement.kind) {
    case 'call':
      return true
    case 'do':
      return blockCalls(statement.block)
    case 'local':
    case 'return':
      return anyCalls(statement.values)
    case 'assign':
      return anyCalls(statement.values) || anyCalls(statement.targets)
    case 'if':
      return (
        statement.branches.some(({ block, condition }) => callsIn(condition) || blockCalls(block)) ||
        blockCalls(statement.otherwise)
      )
    case 'while':
    case 'repeat':
      return callsIn(statement.condition) || blockCalls(statement.block)
    case 'for': {
      const { from, step, to } = statement
      return callsIn(from) || callsIn(to) || (step !== null && callsIn(step)) || blockCalls(statement.block)
    }
    case 'forIn':
      return anyCalls(statement.values) || blockCalls(statement.block)
    default:
      return false
  }
}
