// How sets are kept: small sets of integers in the order of their numbers, others in no order that anybody may rely on.

import type { Limits } from '../limits.ts'
import { parseLong } from '../numbers.ts'
import type { ByteString, SetValue } from '../value.ts'

/** Adds a member; whether it is new. The encoding follows from what the set holds. */
export function addMember(value: SetValue, member: ByteString, limits: Limits): boolean {
  const isNew = value.members.add(member)
  if (
    isNew &&
    value.encoding === 'intset' &&
    (value.members.size > limits.setIntsetEntries || parseLong(member) === null)
  )
    value.encoding = 'hashtable'
  return isNew
}

/** All members, those of an intset by their numbers. */
export function orderedMembers({ members, encoding }: SetValue): readonly ByteString[] {
  const all = [...members]
  return encoding === 'intset' ? all.sort(byNumber) : all
}

/** Which member stands at a place of those in order. */
function byNumber(a: ByteString, b: ByteString): number {
  const difference = Number(a) - Number(b)
  if (difference !== 0) return difference
  const [exactA, exactB] = [BigInt(a), BigInt(b)]
  return exactA < exactB ? -1 : exactA > exactB ? 1 : 0
}
