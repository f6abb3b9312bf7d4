// What an exhaustive search found on one screen: how far it came, what it rests on, and on a violation the path as steps.

import {
  type Duration,
  type ExhaustResult,
  formatDuration,
  type PathStep,
  type ResolvedExhaustSettings,
  type Step,
  timerText,
} from '../sim/index.ts'

import { dataText, fieldsText } from './data-text.ts'
import { invariantLines } from './invariant-lines.ts'
import { type Palette, plain } from './palette.ts'
import { replayLines } from './replay-lines.ts'
import { countText, type Row, rowLines } from './rows.ts'

/** How to show a search. */
export interface ExhaustReportOptions {
  /** How long it took on the wall clock. */
  readonly wallMs: number
  /** The command line that searches again; shown where a path is. */
  readonly command: string
  readonly palette?: Palette
}

/** The report, without a line feed at the end. */
export function exhaustReport(result: ExhaustResult, options: ExhaustReportOptions): string {
  const { wallMs, command, palette = plain } = options
  const rows: readonly Row[] = [
    ['outcome', ...outcomeLines(result, palette)],
    [
      'parameters',
      ...(Object.keys(result.parameters).length === 0 ? [] : [fieldsText(result.parameters, 200)]),
    ],
    ['allowed', settingsText(result.settings)],
    ['states', `${statesText(result)}, at most ${countOf(result.depth, 'step')} from the start`],
    ['transitions', transitionsText(result)],
    ['ignored', ...ignoredLines(result)],
    ['ends', endsText(result)],
    ['time', `${formatDuration(Math.round(wallMs * 1e6) as Duration)}, ${countOf(result.runs, 'execution')}`],
    ['invariants', ...invariantLines(result.invariants, palette)],
    ['rests on', ...caveats(result).map((line) => palette.warning(line))],
    [
      'undecided',
      ...result.undecided.map(({ invariant, message }) => palette.warning(`${invariant}: ${message}`)),
    ],
  ]
  return [
    `${headline(result, palette)}  ${result.title}`,
    ...rowLines(rows, palette),
    ...pathLines(result, command, palette),
  ].join('\n')
}

function headline({ verdict }: ExhaustResult, palette: Palette): string {
  const word = verdict.kind === 'bound' ? 'bound reached' : verdict.kind
  switch (verdict.kind) {
    case 'exhausted':
      return palette.good(palette.bold(word))
    case 'violated':
    case 'deadlock':
      return palette.bad(palette.bold(word))
    case 'bound':
    case 'undecided':
    case 'interrupted':
      return palette.warning(palette.bold(word))
  }
}

/** What there is to say beyond the word. */
function outcomeLines({ verdict, isMatched }: ExhaustResult, palette: Palette): readonly string[] {
  switch (verdict.kind) {
    case 'exhausted':
      return [
        isMatched
          ? 'every state was reached, and none is bad'
          : 'every path was followed to its end, and none is bad',
      ]
    case 'violated':
      return [palette.bad(verdict.violation.invariant), ...verdict.violation.message.split('\n')]
    case 'deadlock':
      return [palette.bad(`nothing is left to happen, but ${verdict.waiting.join(', ')} must still finish`)]
    case 'bound':
      return [
        palette.warning(
          verdict.bound === 'depthMax'
            ? `some paths go on beyond ${countOf(verdict.value, 'step')}: --depth goes further`
            : `there are more than ${countOf(verdict.value, 'state')}: --states allows more`,
        ),
      ]
    case 'undecided':
      return ['every state was reached, but not every invariant could be judged']
    case 'interrupted':
      return ['stopped before its end: what was not reached may be bad']
  }
}

function settingsText(settings: ResolvedExhaustSettings): string {
  const { network, timers, crashes, crashesOf, restarts, losses, duplicates } = settings
  const whose = crashesOf.length === 0 ? '' : ` of ${crashesOf.join(', ')}`
  const after = restarts ? '' : ' for good'
  return [
    {
      multiset: 'messages in any order, each once',
      set: 'messages in any order, any number of times',
      ordered: 'messages of each link in order, each once',
    }[network],
    timers === 'due' ? 'timers of a node as they are due' : 'timers in any order',
    `crashes ${limitText(crashes)}${crashes === 0 ? '' : `${whose}${after}`}`,
    `losses ${limitText(losses)}`,
    `duplicates ${limitText(duplicates)}`,
  ].join('; ')
}

function limitText(count: number): string {
  if (count === Infinity) return 'any'
  return count === 0 ? 'none' : `up to ${countText(count)}`
}

function statesText({ states, isMatched }: ExhaustResult): string {
  return isMatched ? `${countText(states)} distinct` : `${countText(states)}, not all told apart`
}

function transitionsText({ transitions, spared, isReduced }: ExhaustResult): string {
  if (!isReduced) return `${countText(transitions)}, without reduction`
  return `${countText(transitions)}, and ${countText(spared)} spared: the same steps in another order`
}

function ignoredLines({ ignored }: ExhaustResult): readonly string[] {
  return ignored === 0
    ? []
    : [`${countOf(ignored, 'delivery', 'deliveries')} that made no difference to anybody`]
}

function endsText({ ends, openEnds }: ExhaustResult): string {
  const open = openEnds === 0 ? '' : `, in ${countText(openEnds)} of which an operation stays open`
  return `${countOf(ends, 'state')} in which nothing more can happen${open}`
}

/** What a reader must know to believe the verdict. */
function caveats(result: ExhaustResult): readonly string[] {
  const { unpublished, hasBytes, drawing, clockReaders, forgetful } = result
  return [
    ...(unpublished.length === 0
      ? []
      : [`states were not told apart: ${unpublished.join(', ')} must publish with env.probe('state', …)`]),
    ...(hasBytes ? ['states were not told apart while streams or datagrams were in use'] : []),
    ...(drawing.length === 0
      ? []
      : [`of each random number that ${drawing.join(', ')} drew one value was tried`]),
    ...(clockReaders.length === 0
      ? []
      : [`${clockReaders.join(', ')} read a clock, which only the timers of its own node move`]),
    ...forgetful.map(
      (name) =>
        `"${name}" may remember what no state holds (see InvariantFold.memory): a violation may be missed`,
    ),
  ]
}

function pathLines({ verdict }: ExhaustResult, command: string, palette: Palette): readonly string[] {
  if (verdict.kind !== 'violated' && verdict.kind !== 'deadlock') return []
  const { path } = verdict
  const width = String(path.length).length
  return [
    '',
    path.length === 0
      ? '  as soon as every program has started'
      : `  the path, ${countOf(path.length, 'step')} from the start:`,
    ...path.map((each, index) => `  ${String(index + 1).padStart(width)}  ${stepLine(each, palette)}`),
    ...replayLines(undefined, command),
  ]
}

function stepLine({ step, state }: PathStep, palette: Palette): string {
  const after = state === null ? '' : `  ${palette.dim(`${step.node} = ${dataText(state)}`)}`
  return `${stepText(step)}${after}`
}

/** A step in words. */
function stepText(step: Step): string {
  const { node } = step
  switch (step.kind) {
    case 'delivery':
      return `${node} receives ${messageText(step)}`
    case 'duplicate':
      return `${node} receives ${messageText(step)}, which stays in flight`
    case 'loss':
      return `lost on the way to ${node}: ${messageText(step)}`
    case 'timer':
      return `${node}: timer ${timerText(step.timer)}`
    case 'device':
      return `${node}: its disk, or what runs it, answers`
    case 'crash':
      return step.disk === 'kept' ? `${node} crashes; its unsynced writes survive` : `${node} crashes`
    case 'start':
      return `${node} starts again`
  }
}

function messageText({ source, message }: Extract<Step, { readonly message: unknown }>): string {
  const { kind, ...fields } = message
  return `${`${dataText(kind)} ${fieldsText(fields)}`.trimEnd()} from ${source}`
}

function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}
