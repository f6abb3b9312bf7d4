// Colours for terminal output. Everything in reports takes a palette and stays a pure function from data to text.

/** What text may look like. Each function takes plain text and returns it with or without control sequences. */
export interface Palette {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warning: (text: string) => string
  readonly node: (text: string) => string
}

const same = (text: string): string => text
const styled =
  (on: number, off: number): ((text: string) => string) =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`

/** No colours: for files, pipes and tests. */
export const plain: Palette = { bold: same, dim: same, good: same, bad: same, warning: same, node: same }

/** Told apart on dark and light grounds; red and green mean bad and good. */
const nodeColours = [36, 35, 34, 33, 96, 95, 94, 93] as const

/** The same for one name in all output; names that differ in a number have colours beside each other. */
function placeOf(name: string): number {
  const number = Number(/(\d+)\s*$/.exec(name)?.[1] ?? 0)
  const sum = Array.from(name.replace(/\d+\s*$/, '').trim()).reduce(
    (total, letter) => total + (letter.codePointAt(0) ?? 0),
    0,
  )
  return (sum + number) % nodeColours.length
}

/** Colours for a terminal. */
export const coloured: Palette = {
  bold: styled(1, 22),
  dim: styled(2, 22),
  good: styled(32, 39),
  bad: styled(31, 39),
  warning: styled(33, 39),
  node: (name) => styled(nodeColours[placeOf(name)] ?? 36, 39)(name),
}

/** The palette for a stream: colours only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
export function paletteFor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: { readonly [name: string]: string | undefined },
): Palette {
  const refuses = (environment['NO_COLOR'] ?? '') !== ''
  return stream.isTTY === true && !refuses ? coloured : plain
}
