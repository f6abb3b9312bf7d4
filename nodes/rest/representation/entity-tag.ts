// Entity tags (RFC 9110, section 8.8.3): names of one state of a representation.

import { createHash } from 'node:crypto'

/** A tag as it stands in a field: `"abc"` is strong, `W/"abc"` weak. */
export type EntityTag = string

const tagShape = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/
const tagsMax = 64

/** The strong tag of bytes: the same bytes have the same one everywhere. */
export function entityTagOf(bytes: Uint8Array | string): EntityTag {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
}

/** The tags of an If-Match or If-None-Match: `*`, or a list; null for what is neither. */
export function readEntityTags(field: string): '*' | readonly EntityTag[] | null {
  if (field.trim() === '*') return '*'
  const tags: EntityTag[] = []
  let rest = field.trim()
  while (rest !== '' && tags.length < tagsMax) {
    const tag = tagShape.exec(rest)?.[0]
    if (tag === undefined) return null
    tags.push(tag)
    const after = /^\s*(?:,[\s,]*|$)/.exec(rest.slice(tag.length))?.[0]
    if (after === undefined) return null
    rest = rest.slice(tag.length + after.length)
  }
  return tags
}

/** Whether both are strong and the same (RFC 9110, section 8.8.3.2). */
export function matchesStrongly(one: EntityTag, other: EntityTag): boolean {
  return one === other && !one.startsWith('W/')
}

/** Whether they are the same but for being weak. */
export function matchesWeakly(one: EntityTag, other: EntityTag): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '')
}
