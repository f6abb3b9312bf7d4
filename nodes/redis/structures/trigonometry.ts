// Sine, cosine and arcsine that come out the same on every engine: only sums, products, quotients and square roots, which
// IEEE 754 fixes to the last bit. Errors stay below one unit in the last place or so for arguments of a few turns.

// Two parts of π/2: the first with so few bits that its small multiples are exact.
const quarterHigh = 1.5707963267341256
const quarterLow = 6.077100506506192e-11
const halfPi = 1.5707963267948966
const halfPiRest = 6.123233995736766e-17

/** Sine of radians between -1000 and 1000. */
export function sin(angle: number): number {
  return rotated(angle, 0)
}

/** Cosine of radians between -1000 and 1000. */
export function cos(angle: number): number {
  return rotated(angle, 1)
}

function rotated(angle: number, quarters: number): number {
  const turns = Math.round(angle / halfPi)
  const x = angle - turns * quarterHigh - turns * quarterLow
  const quarter = (turns + quarters) & 3
  const size = (quarter & 1) === 0 ? nearSin(x) : nearCos(x)
  return quarter >= 2 ? -size : size
}

const sinTerms = seriesTerms(3)
const cosTerms = seriesTerms(4)

/** 1/n!, 1/(n+2)!, … with changing signs. */
function seriesTerms(first: number): readonly number[] {
  const terms: number[] = []
  let factorial = 1
  for (let n = 2; n <= first + 16; n++) {
    factorial *= n
    if (n >= first && (n - first) % 2 === 0) terms.push(((n >> 1) % 2 === 0 ? 1 : -1) / factorial)
  }
  return terms
}

function polynomial(terms: readonly number[], x: number): number {
  let sum = 0
  for (let i = terms.length - 1; i >= 0; i--) sum = sum * x + (terms[i] as number)
  return sum
}

/** Taylor series up to π/4: what is cut off is below 1e-19. The largest part is added last, to lose no bits of it. */
function nearSin(x: number): number {
  const square = x * x
  return x + x * square * polynomial(sinTerms, square)
}

function nearCos(x: number): number {
  const square = x * x
  const half = 0.5 * square
  const main = 1 - half
  return main + (1 - main - half + square * square * polynomial(cosTerms, square))
}

const asinTerms = arcTerms(40)

/** (2n)! / (4^n n!^2 (2n+1)) from n = 1. */
function arcTerms(count: number): readonly number[] {
  const terms: number[] = []
  let ratio = 1
  for (let n = 1; n <= count; n++) {
    ratio *= (2 * n - 1) / (2 * n)
    terms.push(ratio / (2 * n + 1))
  }
  return terms
}

/** Arcsine of 0..1 (what lies outside by rounding counts as 0 or 1). */
export function asin(value: number): number {
  const x = Math.min(1, Math.max(0, value))
  if (x <= 0.5) return x + x * beyondAngle(x * x)
  if (x === 1) return halfPi
  // asin(x) = π/2 - 2 asin(√square), where the root is the sum of its first bits, whose square is exact, and a rest.
  const square = (1 - x) / 2
  const root = Math.sqrt(square)
  const head = Math.fround(root)
  const rest = (square - head * head) / (root + head)
  const small = 2 * root * beyondAngle(square) - (halfPiRest - 2 * rest)
  return halfPi / 2 - (small - (halfPi / 2 - 2 * head))
}

/** asin(x) / x - 1, of x². */
function beyondAngle(square: number): number {
  return square * polynomial(asinTerms, square)
}
