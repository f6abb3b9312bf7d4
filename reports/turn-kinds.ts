// What befalls nodes: no part of any program's doing, but explains much of it, though few edges of the causal graph lead there.
// Free of imports, so that a browser's bundle can have it.

/** The kinds of these events. */
export const turnKinds = [
  'start',
  'stop',
  'crash',
  'exit',
  'pause',
  'resume',
  'disk-crash',
  'fault-begin',
  'fault-end',
] as const

/** How many of them are shown beside the causes of a failure: the last. */
export const turnsMax = 12
