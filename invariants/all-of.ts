import {
  type Event,
  type EventKind,
  type Finding,
  type Invariant,
  type InvariantFold,
  type InvariantWorld,
  type RunEnd,
  unitOf,
} from '../sim/index.ts'

/**
 * Several invariants under one name: all must hold. A finding's message begins with the name of the part. The first
 * violation counts; what could not be decided is said at the end, if nothing was violated.
 */
export function allOf(name: string, ...parts: readonly Invariant[]): Invariant {
  return {
    name,
    kinds: [...new Set(parts.flatMap((part) => part.kinds))],
    unit: [...new Set(parts.map(unitOf))].join(', '),
    begin: (world) => new AllOf(parts, world),
  }
}

interface Part {
  readonly name: string
  readonly fold: InvariantFold
  isOver: boolean
}

class AllOf implements InvariantFold {
  readonly #parts: readonly Part[]
  readonly #byKind = new Map<EventKind, Part[]>()
  #undecided: Finding | null = null

  constructor(invariants: readonly Invariant[], world: InvariantWorld) {
    this.#parts = invariants.map(({ name, begin }) => ({ name, fold: begin(world), isOver: false }))
    invariants.forEach(({ kinds }, place) => {
      for (const kind of new Set(kinds)) this.#of(kind).push(this.#parts[place] as Part)
    })
  }

  on(event: Event): Finding | null {
    return this.#violationOf(this.#byKind.get(event.kind) ?? [], (fold) => fold.on(event))
  }

  end(end: RunEnd): Finding | null {
    return this.#violationOf(this.#parts, (fold) => fold.end?.(end) ?? null) ?? this.#undecided
  }

  isSettled(): boolean {
    return this.#parts.every(({ fold, isOver }) => isOver || (fold.isSettled?.() ?? true))
  }

  looked(): number {
    return this.#parts.reduce((sum, { fold }) => sum + fold.looked(), 0)
  }

  #violationOf(parts: readonly Part[], ask: (fold: InvariantFold) => Finding | null): Finding | null {
    for (const part of parts) {
      const finding = part.isOver ? null : ask(part.fold)
      if (finding === null) continue
      part.isOver = true
      const named = { ...finding, message: `${part.name}: ${finding.message}` }
      if (named.kind === 'violated') return named
      this.#undecided ??= named
    }
    return null
  }

  #of(kind: EventKind): Part[] {
    const known = this.#byKind.get(kind)
    if (known !== undefined) return known
    const parts: Part[] = []
    this.#byKind.set(kind, parts)
    return parts
  }
}
