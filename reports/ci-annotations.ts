// Annotations of GitHub Actions: lines that its runner takes from the output of a step and shows at the run. Form and escapes
// are those of `@actions/core` (packages/core/src/command.ts).

/** What an annotation says. */
export interface Annotation {
  readonly title: string
  /** May have several lines. */
  readonly message: string
  /** The command line that shows it again, on another machine as well; the last line of the annotation. */
  readonly command: string
}

/** The lines of failures, one each. */
export function errorAnnotations(failures: readonly Annotation[]): readonly string[] {
  return failures.map(
    ({ title, message, command }) =>
      `::error title=${escapedProperty(title)}::${escapedData(`${message}\n${command}`)}`,
  )
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
