// Until a command that judges something has its verdict, the process counts as undecided, whoever ends it: a scenario's
// module, a timer that it left behind, a fatal error of the engine. An exit code of 0 must mean that something was judged.

/** The exit code of a command without a verdict. */
export const undecided = 3

let isEndingAtOnce = false

/** Ends the process with an exit code that says more than that there is no verdict. */
export function endAtOnce(code: number): never {
  isEndingAtOnce = true
  process.exit(code)
}

/** Runs a command that ends with an exit code; a process that ends before that does so with exit code 3. */
export async function untilVerdict(command: () => Promise<number>): Promise<void> {
  const stay = (): void => {
    if (!isEndingAtOnce) process.exitCode = undecided
  }
  stay()
  // `process.exit(0)` sets the code; whoever listens to the exit has the last word.
  process.on('exit', stay)
  try {
    process.exitCode = await command()
  } finally {
    process.off('exit', stay)
  }
}
