// How deep a JSON text goes, told before it is parsed: what handles values goes into them by calling itself, and a value that is
// deep enough ends it.

/** Whether arrays and objects stand inside each other more often than `max`. Of a text that is no JSON it may say either. */
export function isDeeperThan(text: string, max: number): boolean {
  // Each level takes two characters.
  if (text.length < 2 * max) return false
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at++
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '{' || character === '[') {
      if (++depth > max) return true
    } else if (character === '}' || character === ']') depth--
  }
  return false
}
