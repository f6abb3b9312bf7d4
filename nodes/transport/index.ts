// What components that speak over streams are made of: framings as pure codecs over queues of bytes.

export {
  type FrameDecoder,
  frameMax,
  type Framing,
  FramingError,
  jsonLines,
  lengthPrefixed,
  lines,
} from './framing.ts'
