// Quantile functions (inverse cumulative distributions) in plain IEEE arithmetic: the engine's Math.log and Math.exp
// may differ in the last bit between versions, and a bit is enough to part two runs.

const word = new Float64Array(1)
const halves = new Uint32Array(word.buffer)
const ln2 = 0.6931471805599453

/** The natural logarithm of a positive normal number, to about 1e-15 relative. */
export function ln(x: number): number {
  word[0] = x
  const high = halves[1] as number
  let exponent = (high >>> 20) - 1023
  halves[1] = (high & 0x000fffff) | 0x3ff00000
  let mantissa = word[0]
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); |s| < 0.1716, so the series to s^21 is exact to double precision.
  const s = (mantissa - 1) / (mantissa + 1)
  const q = s * s
  let series = 0
  for (let power = 21; power >= 1; power -= 2) series = series * q + 1 / power
  return exponent * ln2 + 2 * s * series
}

/** e to the x for |x| < 700, to about 1e-15 relative. */
export function exp(x: number): number {
  const exponent = Math.round(x / ln2)
  const rest = x - exponent * ln2
  let series = 1
  for (let term = 16; term >= 1; term--) series = 1 + (series * rest) / term
  return series * powerOfTwo(exponent)
}

/** The value below which a standard exponential falls with probability `u` in [0, 1). */
export function exponentialQuantile(u: number): number {
  return u === 0 ? 0 : -ln(1 - u)
}

/** The value below which e to a normal with deviation `sigma` falls with probability `u` in [0, 1). */
export function logNormalQuantile(u: number, sigma: number): number {
  return exp(sigma * normalQuantile(u))
}

/**
 * The value below which a standard normal falls with probability `u`: algorithm AS 241 (Wichura, 1988), PPND7, about
 * 1e-7. Clamped to the 32 bits of a draw: within ±6.4.
 */
export function normalQuantile(u: number): number {
  const p = Math.min(Math.max(u, 1.1641532182693481e-10), 1 - 1.1641532182693481e-10)
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return centre(q)
  const r = Math.sqrt(-ln(q < 0 ? p : 1 - p))
  const tail = r <= 5 ? nearTail(r - 1.6) : farTail(r - 5)
  return q < 0 ? -tail : tail
}

function centre(q: number): number {
  const r = 0.180625 - q * q
  const numerator = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179
  const denominator = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1
  return (q * numerator) / denominator
}

function nearTail(r: number): number {
  const numerator = ((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777
  return numerator / ((0.12021132975 * r + 0.7370016425) * r + 1)
}

function farTail(r: number): number {
  const numerator = ((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115
  return numerator / ((0.012258202635 * r + 0.24197894225) * r + 1)
}

function powerOfTwo(exponent: number): number {
  halves[0] = 0
  halves[1] = (exponent + 1023) << 20
  return word[0] as number
}
