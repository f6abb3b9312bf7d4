// Paths of a simulated disk: absolute, `/` between names.

const pathLengthMax = 4096
const nameLengthMax = 255

/**
 * The names of a path, outermost first; none for `/`. Empty names and `.` are skipped and `..` goes up. Null when the
 * path is not absolute, leads above `/`, holds a NUL, is longer than 4,096 characters or has a name of more than 255.
 */
export function parsePath(path: unknown): readonly string[] | null {
  if (typeof path !== 'string' || !path.startsWith('/')) return null
  if (path.length > pathLengthMax || path.includes('\0')) return null
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name.length > nameLengthMax) return null
    if (name !== '..') names.push(name)
    else if (names.pop() === undefined) return null
  }
  return names
}

/** The path of names as `parsePath` gives them. */
export function formatPath(names: readonly string[]): string {
  return `/${names.join('/')}`
}
