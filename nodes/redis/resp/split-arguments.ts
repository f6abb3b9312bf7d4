// Splits a line into arguments as redis-cli and inline commands do: blanks separate; "…" with \n \r \t \b \a \xHH and \any;
// '…' with \' only; a closing quote is followed by a blank or the end.

import type { ByteString } from '../value.ts'

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['a', '\u0007'],
])

/** The arguments of a line; null where quotes do not match. */
export function splitArguments(line: ByteString): ByteString[] | null {
  const args: ByteString[] = []
  let at = 0
  for (;;) {
    while (at < line.length && isBlank(line.charAt(at))) at += 1
    if (at >= line.length) return args
    const word = readWord(line, at)
    if (word === null) return null
    args.push(word.text)
    at = word.end
  }
}

interface Word {
  readonly text: ByteString
  readonly end: number
}

function readWord(line: ByteString, start: number): Word | null {
  let text = ''
  let at = start
  while (at < line.length) {
    const char = line.charAt(at)
    if (isBlank(char) || char === '\0') break
    if (char === '"' || char === "'") {
      const quoted = char === '"' ? readDouble(line, at + 1) : readSingle(line, at + 1)
      if (quoted === null) return null
      const after = line.charAt(quoted.end)
      if (after !== '' && !isBlank(after)) return null
      return { text: text + quoted.text, end: quoted.end }
    }
    text += char
    at += 1
  }
  // A zero byte ends the line, as it does in C.
  return { text, end: line.charAt(at) === '\0' ? line.length : at }
}

function readDouble(line: ByteString, start: number): Word | null {
  let text = ''
  for (let at = start; at < line.length; at += 1) {
    const char = line.charAt(at)
    if (char === '"') return { text, end: at + 1 }
    if (char !== '\\' || at + 1 >= line.length) {
      text += char
      continue
    }
    const hex = /^x[0-9a-f]{2}/i.exec(line.slice(at + 1, at + 4))
    if (hex === null) {
      const escaped = line.charAt(at + 1)
      text += escapes.get(escaped) ?? escaped
      at += 1
    } else {
      text += String.fromCharCode(Number.parseInt(line.slice(at + 2, at + 4), 16))
      at += 3
    }
  }
  return null
}

function readSingle(line: ByteString, start: number): Word | null {
  let text = ''
  for (let at = start; at < line.length; at += 1) {
    const char = line.charAt(at)
    if (char === "'") return { text, end: at + 1 }
    if (char === '\\' && line.charAt(at + 1) === "'") {
      text += "'"
      at += 1
    } else text += char
  }
  return null
}

function isBlank(char: string): boolean {
  return char === ' ' || (char >= '\t' && char <= '\r')
}
