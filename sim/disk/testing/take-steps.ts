// Steps as data, taken on a disk as a program would.

import type { Disk, File } from '../../env.ts'
import type { DiskStep } from '../crash-model.ts'
import type { DiskBench } from './disk-bench.ts'

/** Takes steps one after the other, each until it is done. */
export async function takeSteps(bench: DiskBench, disk: Disk, steps: readonly DiskStep[]): Promise<void> {
  for (const step of steps) await bench.done(takeStep(disk, step))
}

/** Takes a step. */
export async function takeStep(disk: Disk, step: DiskStep): Promise<void> {
  switch (step.kind) {
    case 'rename':
      return disk.rename(step.path, step.target)
    case 'unlink':
      return disk.unlink(step.path)
    case 'make-directory':
      return disk.makeDirectory(step.path)
    case 'remove-directory':
      return disk.removeDirectory(step.path)
    case 'sync-directory':
      return disk.syncDirectory(step.path)
    case 'create':
      return (await disk.open(step.path, { create: true, exclusive: true })).close()
    default:
      return takeFileStep(await disk.open(step.path), step)
  }
}

type FileStep = Extract<DiskStep, { readonly kind: 'write' | 'append' | 'truncate' | 'sync' }>

async function takeFileStep(file: File, step: FileStep): Promise<void> {
  if (step.kind === 'write') await file.write(step.offset, step.bytes)
  else if (step.kind === 'append') await file.append(step.bytes)
  else if (step.kind === 'truncate') await file.truncate(step.size)
  else await file.sync()
  await file.close()
}
