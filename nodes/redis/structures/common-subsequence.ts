// The longest common subsequence of two byte strings, and where it stands in both: the last match first, as LCS IDX tells it.

import type { ByteString } from '../value.ts'

/** A run of bytes that both have, by where it begins in each. */
export interface Match {
  readonly a: number
  readonly b: number
  readonly length: number
}

/** The subsequence with its runs. Takes 4 bytes for each pair of bytes. */
export function commonSubsequence(
  a: ByteString,
  b: ByteString,
): { readonly text: ByteString; readonly matches: readonly Match[] } {
  const table = lengths(a, b)
  const width = b.length + 1
  const taken: string[] = []
  const matches: Match[] = []
  let run: Match | null = null
  let [i, j] = [a.length, b.length]
  while (i > 0 && j > 0) {
    if (a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
      taken.push(a.charAt(i - 1))
      const isLonger: boolean = run !== null && run.a === i && run.b === j
      if (run !== null && !isLonger) matches.push(run)
      run = { a: i - 1, b: j - 1, length: isLonger && run !== null ? run.length + 1 : 1 }
      i -= 1
      j -= 1
    } else if ((table[(i - 1) * width + j] ?? 0) > (table[i * width + j - 1] ?? 0)) i -= 1
    else j -= 1
  }
  if (run !== null) matches.push(run)
  return { text: taken.reverse().join(''), matches }
}

function lengths(a: ByteString, b: ByteString): Uint32Array {
  const width = b.length + 1
  const table = new Uint32Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1)
      table[i * width + j] =
        a.charCodeAt(i - 1) === b.charCodeAt(j - 1)
          ? (table[(i - 1) * width + j - 1] ?? 0) + 1
          : Math.max(table[(i - 1) * width + j] ?? 0, table[i * width + j - 1] ?? 0)
  return table
}
