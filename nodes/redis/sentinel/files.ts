// Small files of a monitor, which are replaced whole.

import { type Disk, DiskError, type Env } from '../../../sim/index.ts'
import { replaceFile } from '../files/replace-file.ts'

/** What a file says; null where there is none. Rejects with a DiskError. */
export async function readText(disk: Disk, path: string): Promise<string | null> {
  const status = await disk.stat(path)
  if (status === null) return null
  const file = await disk.open(path)
  const text = new TextDecoder().decode(await file.read(0, status.size))
  await file.close()
  return text
}

/**
 * Puts a file in the place of what was there, and says whether that is certain; if it is not, either of the two may be there after a
 * crash, and the log says why. To try again means to write all of it again: a sync that succeeds says nothing of what an earlier one
 * lost.
 */
export async function isReplaced(env: Env, path: string, text: string): Promise<boolean> {
  const name = path.slice(1)
  try {
    await replaceFile(env.disk, { directory: '/', name, temporary: `${name}.new` }, async (file) => {
      await file.write(0, new TextEncoder().encode(text))
    })
    return true
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    env.log.warn('Sentinel was not able to save the new configuration on disk', { error: error.message })
    return false
  }
}
