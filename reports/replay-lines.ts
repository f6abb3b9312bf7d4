// How every failure ends: where its trace is, and one line that can be copied and run.

/** The lines, of which the last is the command alone; `what` says what is run again where that is not plain. */
export function replayLines(tracePath: string | undefined, command: string, what = 'it'): readonly string[] {
  return [
    '',
    ...(tracePath === undefined ? [] : [`  trace: ${tracePath}`]),
    `  run ${what} again with:`,
    `    ${command}`,
  ]
}
