// What is told of a balancer, as metrics and as data.

import type { Metric, Sample } from './prometheus.ts'
import type { Backend, BackendState } from '../backends/index.ts'
import type { Balancer } from '../relay/connecting.ts'
import type { DataRecord } from '../../../sim/index.ts'

const states: readonly BackendState[] = ['up', 'down', 'ejected', 'draining']

/** Everything that is counted. */
export function metricsOf(balancer: Balancer): readonly Metric[] {
  balancer.pool.refresh()
  return [...ofBalancer(balancer), ...ofBackends(balancer.pool.all)]
}

function ofBalancer({ metrics, budget, env }: Balancer): readonly Metric[] {
  const { upTo, sum, count } = metrics.durations
  return [
    {
      name: 'lb_ended_total',
      kind: 'counter',
      help: 'Requests, or connections of TCP, by how they ended.',
      samples: [...metrics.endings].map(([ending, value]) => ({ labels: [['ending', ending]], value })),
    },
    {
      name: 'lb_duration_seconds',
      kind: 'histogram',
      help: 'From the head of a request until its response was passed on, or how long a connection lasted.',
      samples: [
        ...upTo.map(([bound, value]) => ({ suffix: '_bucket', labels: [['le', bound]] as const, value })),
        { suffix: '_sum', value: sum },
        { suffix: '_count', value: count },
      ],
    },
    counter('lb_retries_total', 'Attempts after the first.', one(metrics.retries)),
    counter('lb_retries_refused_total', 'Retries that the budget refused.', one(metrics.retriesRefused)),
    gauge('lb_retry_budget', 'Retries that could be made now.', one(budget.balance(env.clock.monotonic()))),
    counter('lb_reloads_total', 'Lists of back-ends put in force.', one(metrics.reloads)),
    counter('lb_reloads_failed_total', 'Lists of back-ends that were none.', one(metrics.reloadsFailed)),
  ]
}

/** What is counted of each back-end: a metric each, in which every back-end has its sample. */
const perBackend: readonly (readonly [
  Metric['kind'],
  name: string,
  help: string,
  value: (backend: Backend) => number,
])[] = [
  ['gauge', 'open', 'Open requests or connections.', ({ open }) => open],
  ['gauge', 'weight', 'What it weighs now.', ({ weight }) => weight],
  ['counter', 'begun_total', 'Attempts that it got.', ({ counts }) => counts.begun],
  ['counter', 'failed_total', 'Attempts that failed.', ({ counts }) => counts.failed],
  ['counter', 'checks_total', 'Health checks.', ({ counts }) => counts.checks],
  ['counter', 'checks_failed_total', 'Health checks that failed.', ({ counts }) => counts.checksFailed],
  ['counter', 'sent_bytes_total', 'Bytes passed on to it.', ({ counts }) => counts.sent],
  ['counter', 'received_bytes_total', 'Bytes passed on from it.', ({ counts }) => counts.received],
]

function ofBackends(backends: readonly Backend[]): readonly Metric[] {
  const inStates = backends.flatMap(({ name, state }) =>
    states.map((each) => ({
      labels: [
        ['backend', name],
        ['state', each],
      ] as const,
      value: Number(each === state),
    })),
  )
  const help = '1 for the state that a back-end is in.'
  return [
    { name: 'lb_backend_state', kind: 'gauge', help, samples: inStates },
    ...perBackend.map(([kind, name, help, value]) => ({
      name: `lb_backend_${name}`,
      kind,
      help,
      samples: backends.map((backend) => ({
        labels: [['backend', backend.name]] as const,
        value: value(backend),
      })),
    })),
  ]
}

function one(value: number): readonly Sample[] {
  return [{ value }]
}

/** The back-ends as data. */
export function backendsData({ pool }: Balancer): readonly DataRecord[] {
  pool.refresh()
  return pool.all.map(({ name, spec, weight, open, state, counts }) => ({
    name,
    host: spec.host,
    port: spec.port,
    weight: spec.weight,
    weightNow: weight,
    backup: spec.isBackup,
    state,
    open,
    ...counts,
  }))
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, kind: 'counter', help, samples }
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, kind: 'gauge', help, samples }
}
