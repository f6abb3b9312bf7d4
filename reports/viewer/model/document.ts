// What a page carries: a description as JSON, and sections of bytes beside it. Compressed as a whole, so that a run of
// 200,000 events is a few megabytes of text in the page.

/** A piece of plain data, as JSON has it. */
export type Plain =
  string | number | boolean | null | readonly Plain[] | { readonly [field: string]: Plain | undefined }
/** A record of plain data. */
export interface PlainRecord {
  readonly [field: string]: Plain | undefined
}

/** One run, but for its events, which stand in the sections. */
export interface RunInfo {
  /** What the trace is called: its path as it was given. */
  readonly name: string
  readonly scenario: string
  readonly title: string
  readonly seed: number
  /** The rest of the header and of the footer, as rows to show. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly outcome: string
  /** What kept the rest of the trace from being read; '' where all of it was. */
  readonly damage: string
  readonly violations: readonly ViolationInfo[]
  /** The command that runs it again. */
  readonly command: string
  /** How many events of the trace come before the part that is here. */
  readonly before: number
  /** Those of them that stand here before the part, since it is not to be understood without: their numbers, ascending. */
  readonly earlier: readonly number[]
  /** Where those of these stand that hold no more when the part begins, and only led to something in it. */
  readonly over: readonly number[]
  /** How many events are here, these included, and how many the trace has. */
  readonly count: number
  readonly total: number
  readonly nodes: readonly string[]
  readonly kinds: readonly string[]
  readonly words: readonly string[]
}

/** A violated invariant. Events by the numbers that the trace has for them. */
export interface ViolationInfo {
  readonly invariant: string
  readonly message: string
  /** The event at which it was found. */
  readonly seq: number
  /** The events that show it. */
  readonly witnesses: readonly number[]
  /** Who waited for what, where something had to happen and did not. */
  readonly waits: readonly string[]
}

/** How two runs differ. */
export interface ComparisonInfo {
  /** How many events both begin with. */
  readonly common: number
  readonly method: 'identity' | 'label'
  /** What of the headers changed, a line each. */
  readonly changes: readonly string[]
  /** Where each node first differs. */
  readonly partings: readonly PartingInfo[]
}

/** Where a node first differs. */
export interface PartingInfo {
  readonly node: string
  /** The event in each run, by the number that its trace has for it; 0 where it has no further one. */
  readonly a: number
  readonly b: number
  /** Whether nothing that differs led to it. */
  readonly isFirst: boolean
}

/** Everything that a page can show. */
export type PageDocument =
  | { readonly view: 'trace'; readonly runs: readonly [RunInfo] }
  | {
      readonly view: 'comparison'
      readonly runs: readonly [RunInfo, RunInfo]
      readonly comparison: ComparisonInfo
    }
  | { readonly view: 'campaign'; readonly campaign: CampaignInfo }

/** What a folder of failures and the sweeps of its scenario have to show. */
export interface CampaignInfo {
  readonly name: string
  readonly failures: readonly CampaignFailure[]
  readonly sweeps: readonly CampaignSweep[]
  /** Which faults hit a node in which state, and in how many runs. */
  readonly coverage: readonly StateCoverage[]
  /** From what the coverage was taken. */
  readonly coverageSource: string
  /** All states that nodes were in, hit by faults or not. */
  readonly states: readonly string[]
  readonly series: readonly CampaignSeries[]
  /** What could not be read, a sentence each. */
  readonly notes: readonly string[]
}

/** A failure that was kept. */
export interface CampaignFailure {
  readonly folder: string
  readonly name: string
  readonly message: string
  readonly seed: number
  readonly settings: string
  readonly faults: string
  readonly before: string
  readonly after: string
  readonly command: string
  readonly view: string
}

/** A sweep of the campaign. */
export interface CampaignSweep {
  /** When it began, as an ISO 8601 instant. */
  readonly begin: string
  readonly wallMs: number
  readonly seeds: string
  readonly passed: number
  readonly failed: number
  readonly undecided: number
  readonly events: number
  readonly warnings: readonly string[]
  readonly points: readonly (readonly [point: string, seeds: number])[]
  readonly faults: readonly (readonly [kind: string, planned: number, effects: number])[]
  /** How many seeds failed in the same way, and the first of them; sweeps of older versions did not keep that. */
  readonly causes?: readonly (readonly [name: string, message: string, seeds: number, first: number])[]
  /** How far it was: milliseconds since it began, seeds done, seeds that had not passed. */
  readonly progress: readonly (readonly [ms: number, done: number, failed: number])[]
}

/** A fault that hit a node in a state. */
export interface StateCoverage {
  readonly fault: string
  readonly state: string
  readonly count: number
}

/** What clients saw over the virtual time of one run. */
export interface CampaignSeries {
  readonly name: string
  readonly series: Series
  readonly bands: readonly SeriesBand[]
}

/** Operations a second and latencies (in nanoseconds, null where there were none) by time. */
export interface Series {
  /** Where the calls of each stretch ended in the mean; its middle where none did. In nanoseconds. */
  readonly at: readonly number[]
  readonly rate: readonly number[]
  readonly failed: readonly number[]
  readonly p50: readonly (number | null)[]
  readonly p95: readonly (number | null)[]
  readonly p99: readonly (number | null)[]
}

/** A fault that lasted. */
export interface SeriesBand {
  readonly label: string
  readonly from: number
  readonly to: number
}

/** The sections of a document by name. */
export type Sections = ReadonlyMap<string, Uint8Array>

/** Description and sections as one piece. */
export function encodeDocument(document: PageDocument, sections: Sections): Uint8Array {
  const lengths = [...sections].map(([name, bytes]) => [name, bytes.length] as const)
  const head = new TextEncoder().encode(JSON.stringify({ document, lengths }))
  const size = 4 + head.length + lengths.reduce((sum, [, length]) => sum + length, 0)
  const all = new Uint8Array(size)
  new DataView(all.buffer).setUint32(0, head.length, true)
  all.set(head, 4)
  let offset = 4 + head.length
  for (const bytes of sections.values()) {
    all.set(bytes, offset)
    offset += bytes.length
  }
  return all
}

/** Takes apart what `encodeDocument` made. */
export function decodeDocument(all: Uint8Array): {
  readonly document: PageDocument
  readonly sections: Sections
} {
  const headLength = new DataView(all.buffer, all.byteOffset).getUint32(0, true)
  const head = new TextDecoder().decode(all.subarray(4, 4 + headLength))
  const { document, lengths } = JSON.parse(head) as Head
  const sections = new Map<string, Uint8Array>()
  let offset = 4 + headLength
  for (const [name, length] of lengths) {
    sections.set(name, all.subarray(offset, offset + length))
    offset += length
  }
  return { document, sections }
}

interface Head {
  readonly document: PageDocument
  readonly lengths: readonly (readonly [name: string, length: number])[]
}
