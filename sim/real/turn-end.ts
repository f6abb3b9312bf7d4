// What programs write in one turn of Node's event loop leaves at its end, after all that had arrived was read. Sent at once,
// each answer would wake the peer, which costs the sender more than the sending; and what is written in parts leaves as one.

/** What leaves at the end of a turn. */
export interface Departure {
  leave(): void
}

let departures: Departure[] = []

/** Sees to it that something leaves at the end of this turn. */
export function leaveAtTurnEnd(departure: Departure): void {
  if (departures.length === 0) setImmediate(departAll)
  departures.push(departure)
}

function departAll(): void {
  const leaving = departures
  departures = []
  for (const departure of leaving) departure.leave()
}
