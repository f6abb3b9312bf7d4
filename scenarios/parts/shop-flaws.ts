// Bugs that can be planted in a shop, each the kind that is written in good faith.

/** The bugs by name, with what is wrong. */
export const shopFlaws: ReadonlyMap<string, string> = new Map([
  ['none', 'nothing is planted'],
  ['no-idempotency', 'an order that is sent again under its key is taken again'],
  ['read-then-write', 'stock is read, and written without a look whether it has changed meanwhile'],
  ['decrement-then-look', 'stock is taken first, and given back when there was too little'],
  ['two-steps', 'stock is taken in one transaction, and the order recorded in another'],
  ['refuse-when-unsure', 'an order is refused as sold out when nobody knows whether it was taken'],
  ['answer-by-item', 'a server takes an order for one that it knows when both want as much of an item'],
  ['acknowledge-before-sync', 'Redis acknowledges what is not on its disk yet'],
])

/** What is planted. Throws a RangeError for a bug that there is not. */
export class ShopFlaw {
  readonly name: string

  constructor(name: string) {
    if (!shopFlaws.has(name))
      throw new RangeError(`plant: got "${name}", wanted one of ${[...shopFlaws.keys()].join(', ')}`)
    this.name = name
  }

  is(name: string): boolean {
    return this.name === name
  }
}
