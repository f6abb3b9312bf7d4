// What is told of a balancer, as metrics and as data.

import type { Histogram } from './histogram.ts'
import type { Labels, Metric, Sample } from './prometheus.ts'
import type { Backend, BackendState } from '../backends/index.ts'
import type { Balancer } from '../relay/connecting.ts'
import type { DataRecord } from '../../../sim/index.ts'

const states: readonly BackendState[] = ['up', 'down', 'ejected', 'draining']

/** Everything that is counted. */
export function metricsOf(balancer: Balancer): readonly Metric[] {
  balancer.pool.refresh()
  const { all } = balancer.pool
  const answers = balancer.settings.mode === 'http' ? ofAnswers(all) : []
  return [...ofBalancer(balancer), ...ofFront(balancer), ...ofBackends(all), ...answers]
}

function ofBalancer({ metrics, budget, env }: Balancer): readonly Metric[] {
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
      samples: samplesOf(metrics.durations),
    },
    counter('lb_retries_total', 'Attempts after the first.', one(metrics.retries)),
    counter('lb_retries_refused_total', 'Retries that the budget refused.', one(metrics.retriesRefused)),
    gauge('lb_retry_budget', 'Retries that could be made now.', one(budget.balance(env.clock.monotonic()))),
    counter('lb_reloads_total', 'Lists of back-ends put in force.', one(metrics.reloads)),
    counter('lb_reloads_failed_total', 'Lists of back-ends that were none.', one(metrics.reloadsFailed)),
  ]
}

function ofFront({ metrics: { front } }: Balancer): readonly Metric[] {
  if (front === null) return []
  return [
    gauge('lb_connections', 'Connections of clients that are open.', one(front.sessions)),
    counter('lb_connections_accepted_total', 'Connections of clients that were served.', one(front.accepted)),
    counter('lb_connections_refused_total', 'Connections of clients beyond the most.', one(front.refused)),
  ]
}

/** What back-ends answered, and how soon. */
function ofAnswers(backends: readonly Backend[]): readonly Metric[] {
  const classes = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const
  return [
    counter(
      'lb_backend_responses_total',
      'Responses of a back-end by the class of their status.',
      backends.flatMap(({ name, responses }) =>
        classes.map((status) => ({
          labels: [
            ['backend', name],
            ['status', status],
          ] as const,
          value: responses[status],
        })),
      ),
    ),
    {
      name: 'lb_backend_response_seconds',
      kind: 'histogram',
      help: 'From when a request was begun with a back-end until the head of its response.',
      samples: backends.flatMap(({ name, answerTimes }) => samplesOf(answerTimes, [['backend', name]])),
    },
  ]
}

function samplesOf({ upTo, sum, count }: Histogram, labels: Labels = []): readonly Sample[] {
  return [
    ...upTo.map(([bound, value]) => ({
      suffix: '_bucket',
      labels: [...labels, ['le', bound] as const],
      value,
    })),
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
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
