import type { Invariant, InvariantWorld } from '../../sim/index.ts'
import { checkEvents } from '../check-events.ts'
import { type Recording, smallWorld } from './recording.ts'

/** What one invariant says of a recording: `holds`, or `violated: …` or `undecided: …` with the message. */
export async function verdictOf(
  invariant: Invariant,
  recording: Recording,
  world: InvariantWorld = smallWorld,
): Promise<string> {
  const { violations, undecided } = await checkEvents([invariant], recording.events, world)
  const [violation] = violations
  if (violation !== undefined) return `violated: ${violation.message}`
  return undecided[0] === undefined ? 'holds' : `undecided: ${undecided[0].message}`
}

/** How often an invariant was put to the test by a recording. */
export async function lookedAt(invariant: Invariant, recording: Recording): Promise<number> {
  const { reports } = await checkEvents([invariant], recording.events, smallWorld)
  return reports[0]?.looked ?? 0
}
