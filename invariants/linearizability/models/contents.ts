// The contents that a growing cell can be seen to have, as numbers. Contents are never copied: a state is a place in
// an observed one.

import type { Append } from './cell-action.ts'
import { showContent } from './append-plain-rules.ts'

/** A content that nobody observed, nor any that begins with it. */
export const UNSEEN = -1
/** The cell that nobody wrote. */
export const EMPTY = -2

/** Names contents by numbers. */
export interface Contents {
  /** The state of a content. */
  find(content: string): number
  /** The state after an append, or undefined where it is known to lead nowhere. */
  append(state: number, append: Append): number | undefined
  show(state: number): string
}

/**
 * The contents of a cell that is only read and appended to, if each is the beginning of the next: a state is a length.
 * Until the longest is reached no other content can be on the way. Undefined when they are no such chain.
 */
export function chainOf(seen: ReadonlySet<string>): Contents | undefined {
  let longest = ''
  for (const content of seen) if (content.length > longest.length) longest = content
  for (const content of seen) if (!longest.startsWith(content)) return undefined
  // An empty content (one letter) is that of a cell that nobody wrote, too: it need not be reached.
  return longest.length <= 1 ? undefined : new Chain(longest)
}

class Chain implements Contents {
  readonly #longest: string

  constructor(longest: string) {
    this.#longest = longest
  }

  find(content: string): number {
    return content.length
  }

  append(state: number, { first, text }: Append): number | undefined {
    if (state === UNSEEN || state === this.#longest.length) return UNSEEN
    const added = state === EMPTY ? first + text : text
    const length = state === EMPTY ? 0 : state
    return this.#longest.startsWith(added, length) ? length + added.length : undefined
  }

  show(state: number): string {
    return shown(state, () => this.#longest.slice(0, state))
  }
}

/** All contents that were seen, in order: a state is `index * stride + length`, with the first that begins so. */
export class SortedContents implements Contents {
  readonly #contents: readonly string[]
  readonly #stride: number

  constructor(seen: ReadonlySet<string>) {
    this.#contents = [...seen].toSorted()
    this.#stride = this.#contents.reduce((longest, content) => Math.max(longest, content.length), 0) + 1
  }

  find(content: string): number {
    return this.#extend(0, 0, content)
  }

  append(state: number, { first, text }: Append): number {
    if (state === EMPTY) return this.#extend(0, 0, first + text)
    if (state === UNSEEN) return UNSEEN
    const length = state % this.#stride
    const index = (state - length) / this.#stride
    return this.#at(index).startsWith(first) ? this.#extend(index, length, text) : UNSEEN
  }

  show(state: number): string {
    const length = state % this.#stride
    return shown(state, () => this.#at((state - length) / this.#stride).slice(0, length))
  }

  /** The state of the first `length` letters of a content, which is the first with them, and then the text. */
  #extend(from: number, length: number, text: string): number {
    const content = this.#at(from).slice(0, length) + text
    const index = this.#firstNotBefore(from, content)
    return this.#at(index).startsWith(content) ? index * this.#stride + content.length : UNSEEN
  }

  #firstNotBefore(from: number, wanted: string): number {
    let low = from
    let high = this.#contents.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#at(middle) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  #at(index: number): string {
    return this.#contents[index] ?? ''
  }
}

function shown(state: number, content: () => string): string {
  if (state === EMPTY) return 'null'
  return state === UNSEEN ? 'a value nobody reads' : showContent(content())
}
