// Plain data as EDN (github.com/edn-format/edn).

import type { Data } from '../../sim/index.ts'

/** A value: null is nil, arrays are vectors, records are maps with texts as keys. */
export function ednText(value: Data | undefined): string {
  if (value === null || value === undefined) return 'nil'
  if (typeof value === 'string') return stringText(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map((item: Data) => ednText(item)).join(' ')}]`
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${stringText(key)} ${ednText(item)}`).join(', ')}}`
}

/** A name as a keyword, or as a text where it cannot be one. */
export function keywordText(name: string): string {
  return /^[A-Za-z][A-Za-z0-9_.*+!?<>=-]*$/.test(name) ? `:${name}` : stringText(name)
}

/** EDN knows fewer escapes than JSON and the same \uXXXX; what a terminal or a parser might take amiss is written so. */
function stringText(text: string): string {
  const json = JSON.stringify(text)
  return json.replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
