// Plain data: what may cross a wire, stand in an event, or be written to a trace.

/** Plain data: JSON without surprises. Numbers are finite; objects have no prototype but Object's. */
export type Data = null | boolean | number | string | readonly Data[] | DataRecord

/** A plain object of plain data. A value may be undefined only where a field is optional; it then counts as absent. */
export interface DataRecord {
  readonly [key: string]: Data | undefined
}
