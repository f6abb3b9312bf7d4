// Bytes as short text for people. Free of Node, so that a browser's bundle can have it.

const bytesShownDefault = 24

/** Bytes given as base64: as text when they are printable, otherwise in hexadecimal; how many there are. What is no base64 as it is. */
export function bytesText(base64: string, bytesShown: number = bytesShownDefault): string {
  const head = decoded(base64.slice(0, Math.ceil(bytesShown / 3) * 4))
  if (head === null) return JSON.stringify(base64.slice(0, bytesShown * 2))
  const shown = head.slice(0, bytesShown)
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const length = Math.floor(((base64.length - padding) * 3) / 4)
  const text = /^[ -~\n\r]*$/.test(shown) ? JSON.stringify(shown) : hexadecimal(shown)
  return `${text}${length > bytesShown ? '…' : ''} (${length} B)`
}

/** The bytes, a character each; null for what is no base64: whoever wrote a trace may have put anything there. */
function decoded(base64: string): string | null {
  try {
    return atob(base64)
  } catch {
    return null
  }
}

function hexadecimal(bytes: string): string {
  return Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
