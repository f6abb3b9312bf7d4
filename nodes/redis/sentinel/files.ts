// Small files of a monitor, which are replaced whole.

import type { Disk } from '../../../sim/index.ts'

/** What a file says; null where there is none. Rejects with a DiskError. */
export async function readText(disk: Disk, path: string): Promise<string | null> {
  const status = await disk.stat(path)
  if (status === null) return null
  const file = await disk.open(path)
  const text = new TextDecoder().decode(await file.read(0, status.size))
  await file.close()
  return text
}

/** Puts a file in the place of what was there; resolves when that is certain. Rejects with a DiskError. */
export async function replaceText(disk: Disk, path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  const file = await disk.open(temporary, { create: true, truncate: true })
  await file.write(0, new TextEncoder().encode(text))
  await file.sync()
  await file.close()
  await disk.rename(temporary, path)
  await disk.syncDirectory('/')
}
