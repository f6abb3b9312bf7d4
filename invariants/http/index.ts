// The promises of HTTP servers, as invariants over what they publish of requests.

export { httpKeysKept } from './keys-kept.ts'
export { httpRequestsAnswered } from './requests-answered.ts'
