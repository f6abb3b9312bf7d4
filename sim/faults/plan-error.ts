// What is wrong with a fault plan or a profile: all problems together, each with its place, what was there and what was
// wanted.

/** One thing that is wrong with a plan. */
export interface PlanProblem {
  /** Where, as one would write it in a program: `[3].links.from[0]`. */
  readonly path: string
  readonly got: string
  readonly wanted: string
}

/** A plan, or a profile's options, cannot be used. */
export class PlanError extends Error {
  readonly problems: readonly PlanProblem[]

  constructor(problems: readonly PlanProblem[], source = 'fault plan') {
    super([`${source}: ${countOf(problems)}`, ...problems.map(problemLine)].join('\n'))
    this.name = 'PlanError'
    this.problems = problems
  }
}

/** Problems beyond this many are not collected: a file that is no plan at all has one for each of its lines. */
const problemsMax = 100

/** Collects what is wrong while a plan is being read. */
export class PlanProblems {
  readonly #problems: PlanProblem[] = []

  /** Notes a problem; returns undefined, which stands for "no value". */
  add(path: string, got: unknown, wanted: string): undefined {
    if (this.#problems.length < problemsMax) this.#problems.push({ path, got: glimpse(got), wanted })
  }

  /** What was collected so far. */
  get list(): readonly PlanProblem[] {
    return this.#problems
  }

  get isFull(): boolean {
    return this.#problems.length >= problemsMax
  }

  get count(): number {
    return this.#problems.length
  }

  /** Throws what was collected, if anything was. */
  throwAny(source?: string): void {
    if (this.#problems.length > 0) throw new PlanError(this.#problems, source)
  }
}

const glimpseMax = 60

/** A value as it is shown in an error: short, on one line, whatever it holds. */
export function glimpse(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(clip(value))
    case 'number':
    case 'boolean':
      return String(value)
    case 'undefined':
      return 'nothing'
    case 'object':
      return value === null ? 'null' : glimpseObject(value)
    case 'bigint':
    case 'function':
    case 'symbol':
      return `a ${typeof value}`
  }
}

function glimpseObject(value: object): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  return clip(`an object with ${keyList(value)}`)
}

function keyList(value: object): string {
  const keys = Object.keys(value)
  return keys.length === 0 ? 'no fields' : `fields ${keys.slice(0, 8).join(', ')}`
}

function clip(text: string): string {
  return text.length <= glimpseMax ? text : `${text.slice(0, glimpseMax)}…`
}

function countOf(problems: readonly PlanProblem[]): string {
  if (problems.length >= problemsMax) return `${problemsMax} problems or more`
  return problems.length === 1 ? 'a problem' : `${problems.length} problems`
}

function problemLine({ path, got, wanted }: PlanProblem): string {
  return `  ${path === '' ? 'the plan' : path}: got ${got}, wanted ${wanted}`
}
