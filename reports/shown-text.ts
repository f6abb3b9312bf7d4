// Text of programs on a terminal.

/** What nearly all texts are made of: nothing that a terminal, a line or a document could take amiss. */
export const plainText: RegExp = /^[ -~…]*$/

/** Lines that are ready to be printed, with their colours: whatever else could steer a terminal is spelled out. */
export function shownLines(text: string): string {
  return text.replaceAll(/\u001b\[\d+m|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) =>
    found === '\n' || found === '\t' || found.length > 2 ? found : shownText(found),
  )
}

/** A text as it may stand on a terminal: nothing in a trace moves a cursor, or turns the direction of writing. */
export function shownText(text: string): string {
  if (plainText.test(text)) return text
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
