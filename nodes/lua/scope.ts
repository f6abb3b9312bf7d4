// Which variable a name means, while a function is parsed.

import type { Local, Upvalue } from './ast.ts'

/** What a name means. */
export type Resolved =
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'upvalue'; readonly index: number }
  | { readonly kind: 'global' }

/** The names of one function that is being parsed, and how deep it nests. */
export class FunctionScope {
  readonly outer: FunctionScope | null
  readonly isVararg: boolean
  readonly upvalues: Upvalue[] = []
  #active: Local[] = []
  readonly #marks: number[] = []
  #slots = 0
  depthMax = 0
  loops = 0

  constructor(outer: FunctionScope | null, isVararg: boolean) {
    this.outer = outer
    this.isVararg = isVararg
  }

  get slots(): number {
    return this.#slots
  }

  get activeCount(): number {
    return this.#active.length
  }

  openBlock(): void {
    this.#marks.push(this.#active.length)
  }

  closeBlock(): void {
    this.#active = this.#active.slice(0, this.#marks.pop() ?? 0)
  }

  /** A new local; names mean it from now on. */
  declare(name: string): Local {
    const local = this.create(name, 0)
    this.activate(local)
    return local
  }

  /** A new local whose name means nothing yet; `offset` counts those created and not activated before it. */
  create(name: string, offset: number): Local {
    const slot = this.#active.length + offset
    this.#slots = Math.max(this.#slots, slot + 1)
    return { name, slot, isCaptured: false }
  }

  activate(local: Local): void {
    this.#active.push(local)
  }

  resolve(name: string): Resolved {
    for (let at = this.#active.length - 1; at >= 0; at -= 1) {
      const local = this.#active[at]
      if (local?.name === name) return { kind: 'local', local }
    }
    const known = this.upvalues.findIndex((upvalue) => upvalue.name === name)
    if (known >= 0) return { kind: 'upvalue', index: known }
    const found = this.outer?.resolve(name)
    if (found === undefined || found.kind === 'global') return { kind: 'global' }
    if (found.kind === 'local') {
      found.local.isCaptured = true
      this.upvalues.push({ kind: 'local', name, local: found.local })
    } else this.upvalues.push({ kind: 'upvalue', name, index: found.index })
    return { kind: 'upvalue', index: this.upvalues.length - 1 }
  }
}
