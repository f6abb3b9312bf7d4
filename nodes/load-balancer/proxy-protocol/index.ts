// The PROXY protocol, version 2.

export { acceptingProxy, type AcceptingOptions } from './accepting.ts'
export { clientHeader, clientOf } from './client-header.ts'
export {
  decodeProxyHeader,
  encodeProxyHeader,
  type ProxyDecoding,
  type ProxyEnd,
  type ProxyField,
  type ProxyHeader,
  proxyHeaderMax,
  ProxyProtocolError,
} from './proxy-header.ts'
