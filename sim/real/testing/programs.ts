// Programs of this machine that tests need (redis-server, curl, …): found, or a line that says how to get them.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The path of a program. Where it is missing it says in one line how to get it and returns null, so that a test can be
 * left out; in CI that is an error: tests that were left out show nothing.
 */
export function findProgram(name: string, debianPackage: string = name): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (found !== undefined) return found
  const how = `no ${name} on this machine: tests of what it says need it (apt-get install ${debianPackage})`
  if (!['', 'false'].includes(process.env['CI'] ?? '')) throw new Error(how)
  console.warn(`skipped: ${how}`)
  return null
}
