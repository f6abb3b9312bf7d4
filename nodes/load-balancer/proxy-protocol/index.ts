// The PROXY protocol: version 2 both ways, version 1 as it is read.

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
} from './proxy-header.ts'
export { proxyLineMax } from './proxy-line.ts'
export { ProxyProtocolError } from './proxy-protocol-error.ts'
export { speakingForItself } from './speaking-for-itself.ts'
