// How the path of a route is written: `/items/{id}`, `/files/{path*}`.

/** One segment of a pattern, what stands between two slashes. */
export type Segment =
  | { readonly kind: 'static'; readonly text: string }
  /** One segment that is not empty. */
  | { readonly kind: 'parameter'; readonly name: string }
  /** All the rest, at least one segment; only at the end. */
  | { readonly kind: 'wildcard'; readonly name: string }

/** A route that cannot be registered: which, and why. A mistake of who wrote the program. */
export class RouteError extends Error {
  constructor(route: string, got: string, wanted: string) {
    super(`route ${route}: got ${got}, wanted ${wanted}`)
    this.name = 'RouteError'
  }
}

/** The names of a pattern's parameters, as a type. */
export type ParameterNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Bare}*` ? Bare : Name) | ParameterNames<Rest>
  : never

/** Reads a pattern. Throws a RouteError for one that is none. */
export function readPath(path: string): readonly Segment[] {
  if (!path.startsWith('/')) throw new RouteError(path, 'no slash at the start', 'one')
  const segments = path
    .slice(1)
    .split('/')
    .map((text) => readSegment(path, text))
  const names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
  if (new Set(names).size < names.length) throw new RouteError(path, 'a parameter twice', 'each name once')
  const wildcard = segments.findIndex(({ kind }) => kind === 'wildcard')
  if (wildcard >= 0 && wildcard < segments.length - 1)
    throw new RouteError(path, 'a wildcard before other segments', 'it at the end')
  return segments
}

function readSegment(path: string, text: string): Segment {
  const [, name, star] = /^\{([A-Za-z_][A-Za-z0-9_]*)(\*?)\}$/.exec(text) ?? []
  if (name !== undefined) return star === '*' ? { kind: 'wildcard', name } : { kind: 'parameter', name }
  if (/[{}*?#%]/.test(text) || text === '.' || text === '..')
    throw new RouteError(path, `the segment "${text}"`, 'a text, {name}, or {name*} at the end')
  return { kind: 'static', text }
}
