// What a crash does to one unsynced change of a file's content.

/** What becomes of one unsynced change: truncations are kept or lost, writes may also be torn. */
export type Survival =
  | { readonly kind: 'kept' }
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'torn'
      /** For each sector that the write touches, in order, whether its part of the write is there. */
      readonly sectors: readonly boolean[]
      /** Whether the file is as long as after the whole write, with zeros where sectors are missing. */
      readonly isExtended: boolean
    }

/** All of the change is there. */
export const kept: Survival = { kind: 'kept' }

/** Nothing of the change is there. */
export const lost: Survival = { kind: 'lost' }

/** A torn write; kept or lost when what is there is all or nothing. */
export function torn(sectors: readonly boolean[], isExtended: boolean): Survival {
  if (sectors.every((isThere) => isThere)) return kept
  if (!isExtended && !sectors.includes(true)) return lost
  return { kind: 'torn', sectors, isExtended }
}

/** How many sectors a write of at least one byte touches. */
export function sectorCount(offset: number, length: number, sectorSize: number): number {
  return Math.floor((offset + length - 1) / sectorSize) - Math.floor(offset / sectorSize) + 1
}
