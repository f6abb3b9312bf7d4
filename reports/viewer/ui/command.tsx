// A command that can be copied and run.

import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

/** The command. */
export function Command({ command }: { readonly command: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false)
  const copy = (): void => {
    navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div class="command">
      <span>run it again with</span>
      <code tabIndex={0}>{command}</code>
      <button type="button" onClick={copy}>
        {isCopied ? 'Copied' : 'Copy'}
      </button>
    </div>
  )
}
