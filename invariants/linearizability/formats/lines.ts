/** The lines of a text that are not blank, with their numbers from 1. */
export function* linesOf(text: string): Generator<{ readonly line: string; readonly number: number }> {
  let from = text.startsWith('\uFEFF') ? 1 : 0
  for (let number = 1; from < text.length; number++) {
    const end = text.indexOf('\n', from)
    const line = text.slice(from, end < 0 ? text.length : end)
    from = end < 0 ? text.length : end + 1
    if (line.trim() !== '') yield { line, number }
  }
}
