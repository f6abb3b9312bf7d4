// The syntax tree. Names are resolved while it is built: to a local variable's slot, an upvalue, or a global.

/** A local variable. `isCaptured` where an inner function uses it: then it lives in a cell of its own. */
export interface Local {
  readonly name: string
  readonly slot: number
  isCaptured: boolean
}

/** Where a function finds what it uses of the functions around it: a local of the next one, or an upvalue of that. */
export type Upvalue =
  | { readonly kind: 'local'; readonly name: string; readonly local: Local }
  | { readonly kind: 'upvalue'; readonly name: string; readonly index: number }

/** A function's body. */
export interface FunctionBody {
  readonly name: string
  readonly parameters: readonly Local[]
  readonly isVararg: boolean
  readonly upvalues: readonly Upvalue[]
  readonly block: Block
  /** Slots of its locals. */
  readonly slots: number
  /** How deep its statements and expressions nest. */
  readonly depth: number
  readonly line: number
}

/** What can be assigned to. */
export type Target =
  | { readonly kind: 'local'; readonly local: Local; readonly line: number }
  | { readonly kind: 'upvalue'; readonly index: number; readonly name: string; readonly line: number }
  | { readonly kind: 'global'; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly object: Expression; readonly key: Expression; readonly line: number }

/** A call. With `method` the object is the first argument. */
export interface Call {
  readonly kind: 'call'
  readonly callee: Expression
  readonly method: string | null
  readonly args: readonly Expression[]
  readonly line: number
}

/** Operators with two operands, other than `and` and `or`. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '^' | '..' | '==' | '~=' | '<' | '<=' | '>' | '>='

/** A value of a table that is made, in order; those without a key follow one another from 1 on. */
export interface TableEntry {
  readonly key: Expression | null
  readonly value: Expression
}

/** An expression. */
export type Expression =
  | Target
  | Call
  | {
      readonly kind: 'constant'
      readonly value: undefined | boolean | number | string
      readonly line: number
    }
  | { readonly kind: 'vararg'; readonly line: number }
  | { readonly kind: 'function'; readonly body: FunctionBody; readonly line: number }
  | { readonly kind: 'parenthesis'; readonly inner: Expression; readonly line: number }
  | {
      readonly kind: 'logical'
      readonly operator: 'and' | 'or'
      readonly left: Expression
      readonly right: Expression
      readonly line: number
    }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Expression
      readonly right: Expression
      readonly line: number
    }
  | {
      readonly kind: 'unary'
      readonly operator: '-' | 'not' | '#'
      readonly operand: Expression
      readonly line: number
    }
  | {
      readonly kind: 'table'
      readonly entries: readonly TableEntry[]
      readonly line: number
    }

/** Statements in order. */
export type Block = readonly Statement[]

/** A statement. */
export type Statement =
  | { readonly kind: 'do'; readonly block: Block }
  | { readonly kind: 'break' }
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'local'; readonly locals: readonly Local[]; readonly values: readonly Expression[] }
  | { readonly kind: 'localFunction'; readonly local: Local; readonly body: FunctionBody }
  | { readonly kind: 'assign'; readonly targets: readonly Target[]; readonly values: readonly Expression[] }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly condition: Expression; readonly block: Block }[]
      readonly otherwise: Block
    }
  | { readonly kind: 'while'; readonly condition: Expression; readonly block: Block }
  | { readonly kind: 'repeat'; readonly condition: Expression; readonly block: Block }
  | {
      readonly kind: 'for'
      readonly local: Local
      readonly from: Expression
      readonly to: Expression
      readonly step: Expression | null
      readonly block: Block
      readonly line: number
    }
  | {
      readonly kind: 'forIn'
      readonly locals: readonly Local[]
      readonly values: readonly Expression[]
      readonly block: Block
      readonly line: number
    }
  | { readonly kind: 'return'; readonly values: readonly Expression[] }
