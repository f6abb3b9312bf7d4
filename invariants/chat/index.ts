// The promises of a chat, as invariants over what its server and its clients publish.

export { chatAcknowledgedKept } from './acknowledged-kept.ts'
export { chatNoneLost } from './none-lost.ts'
export { chatNoneTwice } from './none-twice.ts'
export { chatSameOrder } from './same-order.ts'
