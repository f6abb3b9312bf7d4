// Measures work against a baseline in the same run, sample by sample in turn: what else the machine does then hits both
// alike. CPU time beside wall time, because a busy machine lengthens only the latter.

/** Something to be measured. A call is one sample; it does its work, checks it, and returns how much that was. */
export interface Workload {
  readonly name: string
  /** What the work is counted in. */
  readonly unit: string
  readonly run: () => number | Promise<number>
}

/** How fast work was done, in units a second. */
export interface Rate {
  /** By the CPU time of the process, all its threads together. */
  readonly cpu: number
  readonly wall: number
}

/** What came of a comparison: medians over the rounds. */
export interface Comparison {
  readonly subject: Rate
  readonly baseline: Rate
  /** How much of the baseline's work takes as long as one unit of the subject, by CPU time and by wall time. */
  readonly ratio: Rate
}

/** How much CPU time a workload is given before it counts, for each round that does: most code is compiled by then. */
const warmUpPerRound = 0.3

/** Runs baseline and subject in turn, each warmed up before. */
export async function compare(baseline: Workload, subject: Workload, rounds: number): Promise<Comparison> {
  await sample(baseline)
  await warmUp(subject, warmUpPerRound * rounds)
  const samples: { readonly baseline: Rate; readonly subject: Rate }[] = []
  for (let round = 0; round < rounds; round++)
    samples.push({ baseline: await sample(baseline), subject: await sample(subject) })
  return {
    subject: medianRate(samples.map((each) => each.subject)),
    baseline: medianRate(samples.map((each) => each.baseline)),
    ratio: medianRate(samples.map((each) => quotient(each.baseline, each.subject))),
  }
}

async function warmUp(workload: Workload, cpuSeconds: number): Promise<void> {
  const before = process.cpuUsage()
  let spent: number
  do {
    await workload.run()
    const { user, system } = process.cpuUsage(before)
    spent = (user + system) / 1e6
  } while (spent < cpuSeconds)
}

/** Runs once and returns how fast that was. */
export async function sample(workload: Workload): Promise<Rate> {
  const cpuBefore = process.cpuUsage()
  const wallBefore = performance.now()
  const work = await workload.run()
  const wall = (performance.now() - wallBefore) / 1e3
  const { user, system } = process.cpuUsage(cpuBefore)
  return { cpu: (work * 1e6) / (user + system), wall: work / wall }
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[sorted.length >> 1] ?? Number.NaN
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN
  return (lower + upper) / 2
}

/** The medians of both figures. */
export function medianRate(rates: readonly Rate[]): Rate {
  return { cpu: median(rates.map(({ cpu }) => cpu)), wall: median(rates.map(({ wall }) => wall)) }
}

/** Throws unless a count is what it has to be: a benchmark that did other work than it says is worth nothing. */
export function expectCount(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`${what}: got ${got}, wanted ${wanted}`)
}

function quotient(a: Rate, b: Rate): Rate {
  return { cpu: a.cpu / b.cpu, wall: a.wall / b.wall }
}
