// A load balancer for TCP and HTTP: the program, ways to choose a back-end and to tell which of them may be chosen, and the
// codec of the PROXY protocol.
//
// Defaults of its limits: 10,000 connections of clients (one more gets 503), 1,000 to each back-end and 1,000 requests that wait for
// one, 1,000 back-ends, bodies of 1 GiB (413), of which 64 KiB are kept so that a request can be sent again, 2 s to
// connect, 30 s for a response (504), 10 s for the head of a request (408), 60 s without a byte, 2 retries, of all requests one in five and 10 a second.
//
// A client that leaves takes its request with it, which says nothing of the back-end that had it, unless that had the whole request for
// `silentAfterMs` and said nothing to anybody meanwhile.
//
// Probes, for invariants: `lb.backends` [names] when a list is put in force; `lb.backend` { name, state, why } when a back-end
// becomes `up`, `down` (checks), `ejected` (failures), `draining` or `gone`; `lb.lost` { backend, why, target } when a request
// is answered with 502, 503 or 504 although a back-end was asked (`no-connection` and `overloaded`: nothing was sent;
// `stale`: it may not be carried out twice, and left on a connection that the back-end was ending).
// With `accessLog` also, once each has ended, `lb.request` { method, target, status, backend, ending, tookMs, headMs, attempts, sent,
// received, client, id? } and, in TCP mode, `lb.connection` { client, ending, backend, sent, received, tookMs }; what is no request
// is answered without.

export * from './balancing/index.ts'
export * from './health/index.ts'
export { loadBalancer } from './load-balancer.ts'
export * from './proxy-protocol/index.ts'
export * from './settings/index.ts'
