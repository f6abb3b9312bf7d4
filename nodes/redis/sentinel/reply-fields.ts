// Fields of a reply.

import type { Reply } from '../resp/reply-decoder.ts'

/** A flat map of texts, as SENTINEL MASTER replies. */
export function fieldsOf(reply: Reply): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  if (!('items' in reply)) return fields
  for (let at = 0; at + 1 < reply.items.length; at += 2) {
    const [name, value] = [reply.items[at], reply.items[at + 1]]
    if (name !== undefined && value !== undefined && 'text' in name && 'text' in value)
      fields.set(name.text, value.text)
  }
  return fields
}
