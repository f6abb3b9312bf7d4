// Which probes tell the state of their node, and which state: one rule for what a sweep has covered and for the colours of lanes.
// Free of imports, so that a browser's bundle can have it: a side door of `sim/`.

/** The state of a node, as a word or a few. */
export interface PublishedState {
  readonly state: string
  /** Such as `term 3`; '' when there is none. */
  readonly detail: string
}

const stateFields = ['role', 'phase', 'state'] as const
const stateName = /(?:^|[. _-])(role|state|phase|leader|primary|status)$/

/** Whether probes of that name tell a state whatever they publish, but for a few values. */
export function namesState(name: string): boolean {
  return stateName.test(name)
}

/**
 * The state that a value published under a name tells: what a record says in its field `role`, `phase` or `state`; for a name
 * that ends like one of these, or in `status`, `leader` or `primary`, a word or the name itself (`primary = 2` is a primary).
 * Null when it says that there is none any more (`leader = false`), undefined when it tells no state.
 */
export function publishedState(name: string, value: unknown): PublishedState | null | undefined {
  if (typeof value === 'object')
    return value === null || Array.isArray(value) ? undefined : stateOfRecord(value as PublishedRecord)
  const noun = stateName.exec(name)?.[1]
  if (noun === undefined) return undefined
  if (value === false || value === '') return null
  if (typeof value === 'string' && noun !== 'leader' && noun !== 'primary')
    return { state: value, detail: '' }
  if (value === true) return { state: noun, detail: '' }
  return typeof value === 'string' || typeof value === 'number'
    ? { state: noun, detail: String(value) }
    : undefined
}

interface PublishedRecord {
  readonly [field: string]: unknown
}

function stateOfRecord(record: PublishedRecord): PublishedState | undefined {
  for (const field of stateFields) {
    const state = record[field]
    if (typeof state !== 'string') continue
    const term = record['term'] ?? record['epoch']
    return { state, detail: typeof term === 'number' ? `term ${term}` : '' }
  }
  return undefined
}
