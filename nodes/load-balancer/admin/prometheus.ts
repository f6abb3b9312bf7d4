// The text format of Prometheus (exposition formats, version 0.0.4).

/** One metric with its samples. */
export interface Metric {
  readonly name: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

/** What tells values of one metric apart. */
export type Labels = readonly (readonly [name: string, value: string])[]

/** One value: with what follows the metric's name (`_bucket`), and its labels. */
export interface Sample {
  readonly suffix?: string
  readonly labels?: Labels
  readonly value: number
}

/** Metrics as text, in their order. */
export function prometheusText(metrics: readonly Metric[]): string {
  return metrics.map(metricText).join('')
}

function metricText({ name, kind, help, samples }: Metric): string {
  const lines = samples.map(
    ({ suffix = '', labels = [], value }) => `${name}${suffix}${labelsText(labels)} ${value}\n`,
  )
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`
}

function labelsText(labels: Labels): string {
  if (labels.length === 0) return ''
  return `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
