// The largest buffers of clients in the last seconds.

const secondsMax = 8

/** What was largest in each of the last eight seconds. */
export class RecentPeaks {
  readonly #seconds: { readonly input: number; readonly output: number }[] = []

  /** Once a second: what waits of each client now. */
  sample(clients: Iterable<{ readonly input: number; readonly output: number }>): void {
    let [input, output] = [0, 0]
    for (const client of clients) {
      input = Math.max(input, client.input)
      output = Math.max(output, client.output)
    }
    this.#seconds.push({ input, output })
    if (this.#seconds.length > secondsMax) this.#seconds.shift()
  }

  get input(): number {
    return Math.max(0, ...this.#seconds.map(({ input }) => input))
  }

  get output(): number {
    return Math.max(0, ...this.#seconds.map(({ output }) => output))
  }
}
