// A command that can be copied and run.

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

/** The command, and what it is for. */
export interface CommandProps {
  readonly command: string
  readonly label?: string
}

/** The command. */
export function Command({ command, label = 'run it again with' }: CommandProps): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  const copy = (): void => {
    navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div class="command">
      <span>{label}</span>
      <code tabIndex={0}>{command}</code>
      <button type="button" onClick={copy}>
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
