// The PROXY protocol, version 2.

export { acceptingProxy, type AcceptingOptions, clientKnown } from './accepting.ts'
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
export { speakingForItself } from './speaking-for-itself.ts'
