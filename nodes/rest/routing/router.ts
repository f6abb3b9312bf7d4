// Finds what a path leads to: a trie of segments. A static segment goes before a parameter, a parameter before a wildcard, from
// left to right; where the first choice leads nowhere the next is tried. A place is found by the path alone, and only then
// is the method looked at: so whether a resource exists never depends on what is asked of it.

import { readPath, RouteError, type Segment } from './path-pattern.ts'

/** What a path leads to. */
export interface Found<T> {
  readonly path: string
  /** What is registered there, by method. */
  readonly methods: ReadonlyMap<string, T>
  readonly parameters: ReadonlyMap<string, string>
}

interface Node<T> {
  readonly statics: Map<string, Node<T>>
  parameter: Node<T> | null
  wildcard: Place<T> | null
  place: Place<T> | null
}

interface Place<T> {
  readonly path: string
  readonly names: readonly string[]
  readonly methods: Map<string, T>
}

/** Routes by path and method. */
export class Router<T> {
  readonly #root: Node<T> = newNode()

  /**
   * Registers a route. Throws a RouteError for a pattern that is none, the same method and path twice, and the same path with
   * other names of parameters: which of them is meant would depend on the order of registration.
   */
  add(method: string, path: string, target: T): void {
    const segments = readPath(path)
    const place = this.#placeOf(segments, path)
    if (place.path !== path)
      throw new RouteError(`${method} ${path}`, `the same path as ${place.path}`, 'the same names')
    if (place.methods.has(method))
      throw new RouteError(`${method} ${path}`, 'the same route twice', 'it once')
    place.methods.set(method, target)
  }

  /** What the decoded segments of a path lead to; null when nothing is there. Takes a time linear in the routes at most. */
  find(segments: readonly string[]): Found<T> | null {
    const values: string[] = []
    const place = search(this.#root, segments, 0, values)
    if (place === null) return null
    const parameters = new Map(place.names.map((name, index) => [name, values[index] ?? '']))
    return { path: place.path, methods: place.methods, parameters }
  }

  #placeOf(segments: readonly Segment[], path: string): Place<T> {
    let node = this.#root
    for (const segment of segments) {
      if (segment.kind === 'wildcard') return (node.wildcard ??= newPlace(path, segments))
      if (segment.kind === 'parameter') node = node.parameter ??= newNode()
      else {
        const next = node.statics.get(segment.text) ?? newNode()
        node.statics.set(segment.text, next)
        node = next
      }
    }
    return (node.place ??= newPlace(path, segments))
  }
}

function newNode<T>(): Node<T> {
  return { statics: new Map(), parameter: null, wildcard: null, place: null }
}

function newPlace<T>(path: string, segments: readonly Segment[]): Place<T> {
  const names = segments.flatMap((segment) => (segment.kind === 'static' ? [] : [segment.name]))
  return { path, names, methods: new Map() }
}

// Each node of the trie has one depth, so it is looked at no more than once.
function search<T>(
  node: Node<T>,
  segments: readonly string[],
  at: number,
  values: string[],
): Place<T> | null {
  const segment = segments[at]
  if (segment === undefined) return node.place
  const next = node.statics.get(segment)
  const found = next === undefined ? null : search(next, segments, at + 1, values)
  if (found !== null) return found
  if (segment === '') return null
  if (node.parameter !== null) {
    values.push(segment)
    const place = search(node.parameter, segments, at + 1, values)
    if (place !== null) return place
    values.pop()
  }
  if (node.wildcard === null) return null
  values.push(segments.slice(at).join('/'))
  return node.wildcard
}
