// Paths of a node's disk.

/** The path of a name in a directory. */
export function pathIn(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`
}
