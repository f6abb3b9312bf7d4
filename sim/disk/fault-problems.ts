// Is this disk fault one that can be begun?

import { diskFaultKinds, type DiskFault } from './fault.ts'

/** What is wrong with a fault's fields, each as `place: got, wanted`; empty when nothing is. */
export function diskFaultProblems(fault: DiskFault): readonly string[] {
  if (!diskFaultKinds.includes(fault.kind))
    return [`kind: got ${JSON.stringify(fault.kind)}, wanted one of ${diskFaultKinds.join(', ')}`]
  const problems: string[] = []
  const demand = (place: string, isFine: boolean, got: unknown, wanted: string): void => {
    if (!isFine) problems.push(`${place}: got ${JSON.stringify(got)}, wanted ${wanted}`)
  }
  if ('paths' in fault)
    demand('paths', typeof fault.paths === 'string', fault.paths, 'the text with which paths begin')
  if ('ratio' in fault) demand('ratio', isWithin(fault.ratio, 0, 1), fault.ratio, 'a number from 0 to 1')
  if (fault.kind === 'disk-slow')
    demand('factor', isWithin(fault.factor, 1, 1_000_000), fault.factor, 'a number from 1 to 1,000,000')
  if (fault.kind === 'bit-rot' && 'bits' in fault)
    demand('bits', isWhole(fault.bits, 65_536), fault.bits, 'a whole number from 1 to 65,536')
  if (fault.kind === 'misdirected-write' && 'count' in fault)
    demand('count', isWhole(fault.count, Infinity), fault.count, 'a whole number of at least 1')
  return problems
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max
}

function isWhole(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && isWithin(value, 1, max)
}
