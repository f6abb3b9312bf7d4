// HTTP/1.1 (RFC 9110, RFC 9112): messages as values, a strict codec, a server and a client.

export { demoHandler, httpDemo, httpPort } from './demo.ts'
export { HttpClient } from './client.ts'
export { HttpClientError, type HttpClientErrorKind } from './client-error.ts'
export type { HttpClientRequest } from './client-request.ts'
export type { HttpClientResponse } from './client-response.ts'
export type { HttpClientOptions } from './client-settings.ts'
export { type HttpLimits, httpLimits } from './codec-options.ts'
export { HttpError, type HttpErrorCode } from './http-error.ts'
export { httpDate } from './http-date.ts'
export { httpParameterNames, readHttpParameters } from './http-parameters.ts'
export {
  type Body,
  Fields,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type HttpUpgrade,
  type Inform,
  type UpgradeTask,
} from './message.ts'
export { NameSet } from './name-set.ts'
// The codec itself, for those who pass messages on as they are: proxies, balancers.
export type { HttpEvent } from './parser.ts'
export type { RequestLogOptions } from './request-log.ts'
export { readHttpDate } from './read-http-date.ts'
export { type RequestHead, requestParser } from './request-parser.ts'
export { type ResponseHead, type ResponseParser, responseParser } from './response-parser.ts'
export { ResponseReader, type ResponseReaderOptions } from './response-reader.ts'
export {
  chunkBytes,
  HttpWriteError,
  lastChunkBytes,
  requestHeadBytes,
  requestHeadText,
  interimBytes,
  responseHeadBytes,
} from './serializer.ts'
export { serveHttp } from './server.ts'
export type { HttpServerOptions } from './server-options.ts'
export { statusText } from './status-text.ts'
export { parseTarget, type Target } from './target.ts'
