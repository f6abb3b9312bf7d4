/** The intervals of operations while they are being narrowed. */
export class Bounds {
  readonly call: Float64Array
  readonly end: Float64Array

  constructor(operations: readonly { readonly call: number; readonly return: number }[]) {
    this.call = new Float64Array(operations.length)
    this.end = new Float64Array(operations.length)
    for (const [index, operation] of operations.entries()) {
      this.call[index] = operation.call
      this.end[index] = operation.return
    }
  }

  /** An operation takes effect after a place; says whether that was news. */
  raiseCall(operation: number, place: number): boolean {
    if ((this.call[operation] as number) >= place) return false
    this.call[operation] = place
    return true
  }

  /** An operation takes effect before a place; says whether that was news. */
  lowerEnd(operation: number, place: number): boolean {
    if ((this.end[operation] as number) <= place) return false
    this.end[operation] = place
    return true
  }

  /** One operation comes before another: the first must have happened if the second did. */
  order(before: number, after: number): boolean {
    const isLater = this.raiseCall(after, this.call[before] as number)
    return this.lowerEnd(before, this.end[after] as number) || isLater
  }

  /**
   * Operations in groups, each of which comes before the next as a whole. Groups that may have not happened (those
   * without an end) must not be in it.
   */
  orderGroups(groups: readonly (readonly number[])[]): boolean {
    let isNarrower = false
    let latestCall = -Infinity
    for (const group of groups) {
      for (const one of group) isNarrower = this.raiseCall(one, latestCall) || isNarrower
      for (const one of group) latestCall = Math.max(latestCall, this.call[one] as number)
    }
    let earliestEnd = Infinity
    for (const group of groups.toReversed()) {
      for (const one of group) isNarrower = this.lowerEnd(one, earliestEnd) || isNarrower
      for (const one of group) earliestEnd = Math.min(earliestEnd, this.end[one] as number)
    }
    return isNarrower
  }
}
