// What a line of a sweep's journal has to look like: nobody else may have written the file, but somebody may have.

type Test = (value: unknown) => boolean

const count: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const text: Test = (value) => typeof value === 'string'
const flag: Test = (value) => typeof value === 'boolean'
const listOf =
  (each: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every((item) => each(item))
const tupleOf =
  (...tests: readonly Test[]): Test =>
  (value) =>
    Array.isArray(value) && value.length === tests.length && tests.every((test, place) => test(value[place]))
const record =
  (fields: Readonly<Record<string, Test>>): Test =>
  (value) =>
    misfitOf(fields, value) === null
const orNull =
  (other: Test): Test =>
  (value) =>
    value === null || other(value)

const optional =
  (other: Test): Test =>
  (value) =>
    value === undefined || other(value)

/** What the outcomes have of their own. */
const outcomeFields: ReadonlyMap<unknown, Readonly<Record<string, Test>>> = new Map<
  unknown,
  Readonly<Record<string, Test>>
>([
  ['passed', {}],
  ['violated', {}],
  ['not-violated', { invariant: text }],
  ['deadlock', { waiting: listOf(text) }],
  ['unfinished', { nodes: listOf(text) }],
  ['dead', { group: text, since: optional(count) }],
  ['leak', { leak: record({ resource: text, stack: text }) }],
  ['livelock', { at: count, stepsMax: optional(count), microtasksMax: optional(count) }],
  ['events-bound', { eventsMax: count }],
  ['undecided', {}],
  ['interrupted', {}],
])

const outcome: Test = (value) => {
  const fields = outcomeFields.get((value as { readonly kind?: unknown } | null)?.kind)
  return fields !== undefined && misfitOf(fields, value) === null
}

const seedFields: Readonly<Record<string, Test>> = {
  seed: count,
  outcome,
  violation: orNull(
    record({ invariant: text, message: text, at: count, node: text, seq: count, witnesses: listOf(count) }),
  ),
  digest: (value) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value),
  events: count,
  virtual: count,
  operations: record({ ok: count, fail: count, info: count }),
  strays: count,
  unjudged: optional(listOf(text)),
  looked: listOf(tupleOf(text, count, text)),
  points: listOf(text),
  sites: listOf(record({ site: text, isOn: flag, passes: count, taken: count })),
  faults: listOf(tupleOf(text, record({ planned: count, begun: count, effective: count }))),
  features: optional(listOf(text)),
  unreached: optional(listOf(tupleOf(text, listOf(tupleOf(count, count))))),
}

/** What is wrong with the value of a line, as `field: got …`; null when it is the result of a seed. */
export function journalMisfit(value: unknown): string | null {
  return misfitOf(seedFields, value)
}

function misfitOf(fields: Readonly<Record<string, Test>>, value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'got no object, wanted the result of a seed'
  const entries = new Map<string, unknown>(Object.entries(value))
  const wrong = Object.entries(fields).find(([field, test]) => !test(entries.get(field)))
  return wrong === undefined
    ? null
    : `${wrong[0]}: got ${shown(entries.get(wrong[0]))}, wanted that of a seed's result`
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length > 60 ? `${json.slice(0, 60)}…` : json
}
