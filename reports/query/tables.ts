// The tables that a trace is asked by, as SQL of DuckDB over its lines. They are views: a query reads of the lines what it
// asks for, and nothing is loaded before. `at` is a keyword of SQL, so an event's instant is called `instant`.

import { eventFields } from '../../sim/index.ts'

/** One table or view, for people. */
export interface TableAbout {
  readonly name: string
  readonly about: string
  readonly columns: string
}

/** Every table, in the order in which the help shows them; all have `trace` first when several traces are asked. */
export const tables: readonly TableAbout[] = [
  {
    name: 'events',
    about: 'one row an event, with the fields of all kinds',
    columns: 'seq, instant, node, kind, cause, target, source, message, name, value, …',
  },
  {
    name: 'messages',
    about: 'one row a message or datagram sent',
    columns: 'seq, sent, source, target, type, size, fate, why, deliveries, delivered, latency, message',
  },
  {
    name: 'operations',
    about: 'one row a client call',
    columns:
      'seq, id, node, process, f, key, input, output, outcome, error, invoked, ended, duration, end_seq',
  },
  {
    name: 'faults',
    about: 'one row a fault that began',
    columns: 'seq, number, kind, node, begun, ended, duration, fault',
  },
  { name: 'probes', about: 'what programs published', columns: 'seq, instant, node, name, value' },
  {
    name: 'nodes',
    about: 'one row a node',
    columns: 'node, events, starts, crashes, stops, exits, pauses, sent, delivered, invoked, first, last',
  },
  {
    name: 'traces',
    about: 'one row a trace',
    columns: 'trace, scenario, title, seed, parameters, version, events, digest, outcome',
  },
  {
    name: 'slow_operations',
    about: 'the slowest hundredth of the operations of each f, slowest first',
    columns: 'as operations',
  },
  {
    name: 'messages_lost_per_link',
    about: 'how much each link lost, and why, the worst first',
    columns: 'source, target, sent, lost, ratio, whys',
  },
  {
    name: 'leaderless',
    about: 'times at which no node was leader (probe raft.role), in order',
    columns: 'begun, ended, duration',
  },
]

const types: ReadonlyMap<string, string> = new Map([
  ...[
    'incarnation',
    'grace',
    'code',
    'size',
    'port',
    'sourcePort',
    'stream',
    'timer',
    'due',
    'work',
    'offset',
  ].map((field) => [field, 'BIGINT'] as const),
  ...['length', 'kept', 'lost', 'torn', 'id', 'index'].map((field) => [field, 'BIGINT'] as const),
  ...['isForced', 'isCorrupted', 'isFull'].map((field) => [field, 'BOOLEAN'] as const),
  ...['message', 'fields', 'value', 'key', 'fault'].map((field) => [field, 'JSON'] as const),
  ...['names', 'nodes'].map((field) => [field, 'VARCHAR[]'] as const),
])

/** The columns of a line: those that all events have, then each own field of any kind once. */
export const lineColumns: ReadonlyMap<string, string> = new Map([
  ['seq', 'BIGINT'],
  ['at', 'BIGINT'],
  ['node', 'VARCHAR'],
  ['kind', 'VARCHAR'],
  ['cause', 'BIGINT'],
  ...[...new Set(Object.values(eventFields).flat() as readonly string[])].map(
    (field) => [field, types.get(field) ?? 'VARCHAR'] as const,
  ),
])

/** The views with a column `trace`, over a view `lines` that has the columns of a line and `trace`. */
export const viewsOfTraces: readonly (readonly [name: string, sql: string])[] = [
  ['events', `select trace, seq, "at" as instant, * exclude (trace, seq, "at") from lines`],
  ['messages', messagesSql()],
  [
    'operations',
    `with calls as materialized (select * from events where kind = 'operation')
     select begun.trace, begun.seq, begun.id, begun.node, begun.process, begun.f, begun.key, begun.value as input,
       ended.value as output, coalesce(ended.phase, 'open') as outcome, ended.error, begun.instant as invoked,
       ended.instant as ended, ended.instant - begun.instant as duration, ended.seq as end_seq
     from calls begun left join calls ended
       on ended.trace = begun.trace and ended.id = begun.id and ended.phase <> 'invoke'
     where begun.phase = 'invoke' order by begun.trace, begun.seq`,
  ],
  [
    'faults',
    `with turns as materialized (select * from events where kind in ('fault-begin', 'fault-end'))
     select b.trace, b.seq, b.index as number, b.fault->>'$.kind' as kind, b.fault->>'$.node' as node,
       b.instant as begun, e.instant as ended, e.instant - b.instant as duration, b.fault
     from turns b left join turns e on e.trace = b.trace and e.cause = b.seq and e.kind = 'fault-end'
     where b.kind = 'fault-begin' order by b.trace, b.seq`,
  ],
  ['probes', `select trace, seq, instant, node, name, value from events where kind = 'probe'`],
  ['nodes', nodesSql()],
  [
    'slow_operations',
    `select * from operations where duration is not null
     qualify duration >= quantile_cont(duration, 0.99) over (partition by trace, f) order by duration desc, seq`,
  ],
  [
    'messages_lost_per_link',
    `select trace, source, target, count(*) as sent, count(*) filter (where fate = 'lost') as lost,
       round(count(*) filter (where fate = 'lost') / count(*), 4) as ratio,
       list_sort(list(distinct why) filter (where fate = 'lost')) as whys
     from messages group by trace, source, target having lost > 0 order by lost desc, trace, source, target`,
  ],
  ['leaderless', leaderlessSql()],
]

function messagesSql(): string {
  return `with legs as materialized (
      select trace, seq, instant, node, kind, cause, target, why, size, message from events
      where kind in ('send', 'datagram-send', 'duplicate', 'deliver', 'datagram-deliver', 'drop')),
    arrivals as (
      select a.trace, coalesce(copy.cause, a.cause) as sent, count(*) filter (where a.kind <> 'drop') as deliveries,
        min(a.instant) filter (where a.kind <> 'drop') as delivered, min(a.why) as why
      from legs a left join legs copy on copy.kind = 'duplicate' and copy.trace = a.trace and copy.seq = a.cause
      where a.kind in ('deliver', 'datagram-deliver', 'drop') group by all)
    select s.trace, s.seq, s.instant as sent, s.node as source, s.target,
      case s.kind when 'send' then coalesce(s.message->>'$.kind', 'message') else 'datagram' end as type, s.size,
      case when a.deliveries > 0 then 'delivered' when a.sent is null then 'in flight' else 'lost' end as fate,
      case when a.deliveries = 0 then a.why end as why, coalesce(a.deliveries, 0) as deliveries, a.delivered,
      a.delivered - s.instant as latency, s.message
    from legs s left join arrivals a on a.trace = s.trace and a.sent = s.seq
    where s.kind in ('send', 'datagram-send') order by s.trace, s.seq`
}

function nodesSql(): string {
  const counts = [
    ['starts', 'start'],
    ['crashes', 'crash'],
    ['stops', 'stop'],
    ['exits', 'exit'],
    ['pauses', 'pause'],
    ['sent', 'send'],
    ['delivered', 'deliver'],
  ].map(([column, kind]) => `count(*) filter (where kind = '${kind}') as ${column}`)
  return `select trace, node, count(*) as events, ${counts.join(', ')},
    count(*) filter (where kind = 'operation' and phase = 'invoke') as invoked, min(instant) as first, max(instant) as last
    from events where node <> '' group by trace, node order by trace, node`
}

/** Reigns from the probes of Raft, and what no reign covers: a leader that is cut off still counts as one. */
function leaderlessSql(): string {
  return `with turns as materialized (
      select trace, node, seq, instant, case kind when 'probe' then value->>'$.role' end as role from events
      where (kind = 'probe' and name = 'raft.role') or kind in ('crash', 'stop', 'exit')),
    bounds as (select trace, min(instant) as first, max(instant) as last from events group by trace),
    reigns as (
      select *, instant as begun, lead(instant) over (partition by trace, node order by seq) as ended from turns),
    covered as (
      select trace, begun, coalesce(ended, last) as ended from reigns join bounds using (trace) where role = 'leader'
      union all select trace, first, first from bounds
      union all select trace, last, last from bounds),
    gaps as (
      select trace, begun as ended, max(ended) over (
        partition by trace order by begun, ended rows between unbounded preceding and 1 preceding) as begun from covered)
    select trace, begun, ended, ended - begun as duration from gaps
    where begun < ended and trace in (select trace from turns where role is not null) order by trace, begun`
}
