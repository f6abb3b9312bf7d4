// What a replica on a Raft log says of who leads: ROLE, and the section "Replication" of INFO, by which clients and monitors of Redis
// tell masters from replicas.

import type { RaftNode } from '../../raft/index.ts'
import type { ReplyWriter } from '../resp/reply-writer.ts'

/** Replies to ROLE. Replicas are served on the port of this one, as far as it knows. */
export function replyRole(reply: ReplyWriter, raft: RaftNode, port: number): void {
  if (raft.role === 'leader') {
    reply.array(3)
    reply.bulk('master')
    reply.integer(0)
    reply.array(0)
    return
  }
  reply.array(5)
  reply.bulk('slave')
  reply.bulk(raft.leader ?? '')
  reply.integer(port)
  reply.bulk(raft.leader === null ? 'connect' : 'connected')
  reply.integer(0)
}

/** The lines of the section, and what Raft calls it. */
export function leadershipInfo(
  raft: RaftNode,
  port: number,
): readonly (readonly [name: string, value: string | number])[] {
  const isLeader = raft.role === 'leader'
  const link = [
    ['master_host', raft.leader ?? ''],
    ['master_port', port],
    ['master_link_status', raft.leader === null ? 'down' : 'up'],
    ['slave_read_only', 1],
  ] as const
  return [
    ['role', isLeader ? 'master' : 'slave'],
    ...(isLeader ? [] : link),
    ['connected_slaves', 0],
    ['raft_role', raft.role],
    ['raft_term', raft.term],
    ['raft_leader', raft.leader ?? ''],
  ]
}
