// Which code a run was made by: the package's version, and a fingerprint over its modules and the scenario's file.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { type FoundScenario, packageFolder } from './find-scenario.ts'
import type { CodeIdentity } from '../sim/index.ts'

const folders = ['sim', 'nodes', 'invariants', 'scenarios']

/** The identity of the code that runs a scenario. Of a scenario file of one's own, only that file is included. */
export function codeIdentity(found: FoundScenario): CodeIdentity {
  const hash = createHash('sha256')
  for (const file of packageModules())
    hash.update(file.name).update('\0').update(readFileSync(file.path)).update('\0')
  hash.update(readFileSync(fileURLToPath(found.url)))
  return { scenario: found.name, version: packageVersion(), fingerprint: hash.digest('hex').slice(0, 16) }
}

/** The version of this package. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}

function packageModules(): readonly { readonly name: string; readonly path: string }[] {
  const root = fileURLToPath(new URL('..', import.meta.url))
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.test|\.d)\.[jt]s$/.test(name))
      .sort()
      .map((name) => ({ name: `${folder}/${name}`, path: join(root, folder, name) })),
  )
}
