// The names by which a variation calls deliveries (`late`), from the events of a run.

import type { Event } from '../event.ts'

/** For each delivery of a message by its seq its name: that of its link with the number of its `send`, from 0. */
export function deliveryNames(events: readonly Event[]): ReadonlyMap<number, string> {
  const sends = sendNames(events)
  const deliveries = events.flatMap((event): readonly (readonly [number, string])[] => {
    if (event.kind !== 'deliver') return []
    const name = sends.get(event.cause)
    return name === undefined ? [] : [[event.seq, name]]
  })
  return new Map(deliveries)
}

/** For each `send` of a message by its seq the name of its delivery. */
export function sendNames(events: readonly Event[]): ReadonlyMap<number, string> {
  const counts = new Map<string, number>()
  const names = new Map<number, string>()
  for (const event of events) {
    if (event.kind !== 'send') continue
    const link = `link/${event.node}>${event.target}`
    const count = counts.get(link) ?? 0
    counts.set(link, count + 1)
    names.set(event.seq, `${link}#${count}`)
  }
  return names
}

/** Whether a delivery is one of a message, not of a datagram or a part of a stream. */
export function isOfMessage(delivery: string): boolean {
  return !/\/(datagrams|streams)#\d+$/.test(delivery)
}
