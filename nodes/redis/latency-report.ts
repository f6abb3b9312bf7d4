// LATENCY DOCTOR: what the samples say, in words.

import type { LatencyMonitor, LatencySample } from './latency.ts'

/** What the report rests on: now in seconds since 1970, thresholds in milliseconds and (slow log) microseconds. */
export interface ReportFacts {
  readonly now: number
  readonly threshold: number
  readonly slowlogThreshold: number
}

/** The report on all events. */
export function latencyReport(latency: LatencyMonitor, facts: ReportFacts): string {
  const events = latency.latest()
  if (events.length > 0) return spikes(latency, facts)
  if (facts.threshold === 0)
    return "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis instance. You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If we weren't in a deep space mission I'd suggest to take a look at https://redis.io/topics/latency-monitor.\n"
  return 'Dave, no latency spike was observed during the lifetime of this Redis instance, not in the slightest bit. I honestly think you ought to sit down calmly, take a stress pill, and think things over.\n'
}

function spikes(latency: LatencyMonitor, facts: ReportFacts): string {
  const lines = latency
    .latest()
    .map(
      ({ event, max }, at) =>
        `${at + 1}. ${event}: ${figures(latency.history(event), facts.now)} Worst all time event ${max}ms.`,
    )
  const advices = advice(latency, facts)
  const end =
    advices.length === 0
      ? "\nWhile there are latency events logged, I'm not able to suggest any easy fix. Please use the Redis community to get some help, providing this report in your help request.\n"
      : `\nI have a few advices for you:\n\n${advices.join('\n')}\n`
  return `Dave, I have observed latency spikes in this Redis instance. You don't mind talking about it, do you Dave?\n\n${lines.join('\n')}\n${end}`
}

function figures(samples: readonly LatencySample[], now: number): string {
  const count = samples.length
  const average = Math.floor(samples.reduce((sum, { took }) => sum + took, 0) / count)
  const deviation = Math.floor(samples.reduce((sum, { took }) => sum + Math.abs(took - average), 0) / count)
  const period = (now - (samples[0]?.at ?? now)) / count
  return `${count} latency spikes (average ${average}ms, mean deviation ${deviation}ms, period ${period.toFixed(2)} sec).`
}

/** What the events suggest, in Redis's order. */
function advice(latency: LatencyMonitor, facts: ReportFacts): readonly string[] {
  const events = new Set(latency.latest().map(({ event }) => event))
  return [
    ...(events.has('command') ? slowlogAdvice(facts) : []),
    ...(events.has('fast-command') ? [schedulerAdvice] : []),
    ...(events.has('command') ? [largeAdvice] : []),
  ]
}

const schedulerAdvice = `- The system is slow to execute Redis code paths not containing system calls. This usually means the system does not provide Redis CPU time to run for long periods. You should try to:
  1) Lower the system load.
  2) Use a computer / VM just for Redis if you are running other software in the same system.
  3) Check if you have a "noisy neighbour" problem.
  4) Check with 'redis-cli --intrinsic-latency 100' what is the intrinsic latency in your system.
  5) Check if the problem is allocator-related by recompiling Redis with MALLOC=libc, if you are using Jemalloc. However this may create fragmentation problems.`

const largeAdvice =
  '- Deleting, expiring or evicting (because of maxmemory policy) large objects is a blocking operation. If you have very large objects that are often deleted, expired, or evicted, try to fragment those objects into multiple smaller objects.'

function slowlogAdvice({ threshold, slowlogThreshold }: ReportFacts): readonly string[] {
  const inspect =
    '- Check your Slow Log to understand what are the commands you are running which are too slow to execute. Please check https://redis.io/commands/slowlog for more information.'
  const wanted = `'CONFIG SET slowlog-log-slower-than ${threshold * 1000}'`
  if (slowlogThreshold < 0)
    return [
      `- There are latency issues with potentially slow commands you are using. Try to enable the Slow Log Redis feature using the command ${wanted}. If the Slow log is disabled Redis is not able to log slow commands execution for you.`,
      inspect,
    ]
  if (Math.floor(slowlogThreshold / 1000) <= threshold) return [inspect]
  return [
    `- Your current Slow Log configuration only logs events that are slower than your configured latency monitor threshold. Please use ${wanted}.`,
    inspect,
  ]
}
