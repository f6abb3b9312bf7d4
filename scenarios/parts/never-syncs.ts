// A program whose syncs do nothing: the bug of relying on what the system has not written.

import { altered } from './altered.ts'
import type { Disk, Program } from '../../sim/index.ts'

/** The program on a disk that is never synced. */
export function neverSyncs(program: Program): Program {
  return (env) => {
    const { disk } = env
    const open: Disk['open'] = async (path, options) =>
      altered(await disk.open(path, options), 'sync', () => Promise.resolve())
    const unsynced = altered(altered(disk, 'open', open), 'syncDirectory', () => Promise.resolve())
    return program(altered(env, 'disk', unsynced))
  }
}
