// The faults of names: answers that are stale, or none, and names that stand for another node for a while.

import { node, optional, text } from '../field.ts'
import type { EntriesOf, EntryOf, FaultEntry } from './entry.ts'
import type { NamesFailFault, NamesFault, NamesStaleFault } from '../fault.ts'

const atNode = {
  fields: { node, name: optional(text('a name')) },
  text: (fault: NamesStaleFault | NamesFailFault): string => `${fault.name ?? 'all names'} at ${fault.node}`,
}

const namesStale: EntryOf<'names-stale'> = {
  ...onNames('names resolve as they did when the fault began, whatever changed since'),
  ...atNode,
  begin(fault, { controls, origin }) {
    return controls.network.freezeNames(fault.node, fault.name, origin)
  },
}

const namesFail: EntryOf<'names-fail'> = {
  ...onNames("names do not resolve, and no stream opens by one, be it a node's own"),
  ...atNode,
  begin(fault, { controls, origin }) {
    return controls.network.failNames(fault.node, fault.name, origin)
  },
}

const namesChange: EntryOf<'names-change'> = {
  ...onNames('a name stands for `node`, and then again for what it stood for'),
  fields: { name: text('a name'), node },
  text: (fault) => `${fault.name} stands for ${fault.node}`,
  begin(fault, { controls, origin }) {
    return controls.network.moveName(fault.name, fault.node, origin)
  },
}

/** The entries of the faults of names. */
export const namesKinds: EntriesOf<NamesFault['kind']> = {
  'names-stale': namesStale,
  'names-fail': namesFail,
  'names-change': namesChange,
}

function onNames(
  meaning: string,
): Pick<FaultEntry<NamesFault>, 'target' | 'meaning' | 'lasts' | 'isDataDamaging'> {
  return { target: 'names', meaning, lasts: 'while', isDataDamaging: false }
}
