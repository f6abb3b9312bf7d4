// Text of a trace inside of other languages. Whatever a name or a payload holds, it stays text there.

import { plainText } from '../shown-text.ts'

const surrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
/** What XML 1.0 (2.2) does not allow even as a reference: control characters but tab and line ends, U+FFFE, U+FFFF. */
const forbidden = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  // As references they survive the normalization of attributes (3.3.3).
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
])

/** Text in XML, as content or in an attribute in quotes. What XML cannot hold becomes the replacement character. */
export function xmlText(text: string): string {
  return text
    .replaceAll(surrogates, '\ufffd')
    .replaceAll(forbidden, '\ufffd')
    .replaceAll(/[&<>"'\t\n\r]/g, (character) => entities.get(character) ?? '')
}

/** Text in XML content in which line ends stay as they are. */
export function xmlLines(text: string): string {
  return text.split('\n').map(xmlText).join('\n')
}

/** A text in one piece, for formats that separate by white space or end at the line: anything else is percent-encoded. */
export function wordText(text: string): string {
  if (text === '') return '-'
  const encoded = Array.from(text.replaceAll(surrogates, '\ufffd'), (character) =>
    /^[\p{L}\p{N}_.:/@+-]$/u.test(character) ? character : encodeURIComponent(character),
  )
  return encoded.join('').replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}

/** A text on one line. */
export function lineText(text: string): string {
  if (plainText.test(text)) return text
  return text.replaceAll(surrogates, '\ufffd').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
}

/** Short texts that stand in JSON as they are: most names, paths and kinds, which are so much of a file. */
const bareInJson = /^[ !#-[\]-~]{0,80}$/

/** A text as JSON in UTF-8, which has no half of a surrogate pair: it becomes the replacement character. */
export function utf8Json(text: string): string {
  if (bareInJson.test(text)) return `"${text}"`
  const json = JSON.stringify(text)
  return json.includes(String.raw`\ud`) ? JSON.stringify(text.replaceAll(surrogates, '\ufffd')) : json
}
