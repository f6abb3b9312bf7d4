// Where and when a benchmark ran, without which its figures mean little.

import { readFileSync } from 'node:fs'
import { arch, cpus, loadavg, totalmem, type } from 'node:os'

/** The machine, the versions, and how busy the machine was. */
export interface MachineReport {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly platform: string
  readonly node: string
  readonly v8: string
  readonly faultline: string
  readonly date: string
  /** Runnable threads on average over the last minute: above the number of cores, figures by wall time are too low. */
  readonly loadAtBegin: number
  readonly loadAtEnd: number
}

/** Describes this machine at the end of a run that began with the given load. */
export function describeMachine(loadAtBegin: number): MachineReport {
  const processors = cpus()
  return {
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    platform: `${type()} ${arch()}`,
    node: process.version,
    v8: process.versions.v8,
    faultline: packageVersion(),
    date: new Date().toISOString(),
    loadAtBegin,
    loadAtEnd: currentLoad(),
  }
}

/** The load average over the last minute. */
export function currentLoad(): number {
  return loadavg()[0] ?? 0
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string
  }
  return manifest.version
}
