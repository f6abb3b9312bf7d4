// Removes the folders that are named as arguments, seen from the root of the project: what a build left behind.
import { rmSync } from 'node:fs'

for (const folder of process.argv.slice(2)) {
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true })
}
