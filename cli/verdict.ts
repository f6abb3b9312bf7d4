// Until a command that judges something has its verdict, the process counts as undecided, whoever ends it: a scenario's
// module, a timer that it left behind, a fatal error of the engine. An exit code of 0 must mean that something was judged.

const undecided = 3

/** Runs a command that ends with an exit code; a process that ends before that does so with exit code 3. */
export async function untilVerdict(command: () => Promise<number>): Promise<void> {
  const stay = (): void => {
    process.exitCode = undecided
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
