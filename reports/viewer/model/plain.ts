// Plain data of which nothing is known: whoever wrote the trace may have put anything anywhere.

import { dataText } from '../../data-text.ts'
import type { Plain, PlainRecord } from './document.ts'

/** Whether it is a record. */
export function isRecord(value: Plain | undefined): value is PlainRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string as it is, anything else as short text; '' for what is not there. */
export function wordText(value: Plain | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : dataText(value)
}
