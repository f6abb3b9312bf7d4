// Powers, logarithms and angles by plain arithmetic, since what Math has for them may differ between engines. Results are
// the same on every machine; the last digit or two may differ from C's (`tostring` shows 14 of 17 digits, which are right).

const ln2 = 0.6931471805599453
const halfPi = Math.PI / 2

/** x ^ y. */
export function power(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  if (y === 0.5 && x >= 0) return Math.sqrt(x)
  if (Number.isInteger(y) && Math.abs(y) <= 1024) return wholePower(x, y)
  if (!Number.isFinite(y)) return infinitePower(Math.abs(x), y)
  if (x < 0) {
    if (!Number.isInteger(y)) return x === -Infinity ? power(Infinity, y) : Number.NaN
    const size = power(-x, y)
    return y % 2 === 0 ? size : -size
  }
  if (x === 0) return y > 0 ? 0 : Infinity
  return exponential(y * logarithm(x))
}

function infinitePower(size: number, y: number): number {
  if (size === 1) return 1
  return size > 1 === y > 0 ? Infinity : 0
}

function wholePower(x: number, y: number): number {
  let result = 1
  let square = x
  for (let left = Math.abs(y); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square
    square *= square
  }
  return y < 0 ? 1 / result : result
}

/** e ^ x. */
export function exponential(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.8) return Infinity
  if (x < -745.2) return 0
  const halvings = Math.round(x / ln2)
  const rest = x - halvings * ln2
  let term = 1
  let sum = 1
  for (let n = 1; n < 24; n += 1) {
    term *= rest / n
    sum += term
  }
  return scaled(sum, halvings)
}

/** x * 2 ^ exponent. */
export function scaled(x: number, exponent: number): number {
  let value = x
  for (let left = exponent; left > 0 && Number.isFinite(value); left -= 1) value *= 2
  for (let left = exponent; left < 0 && value !== 0; left += 1) value /= 2
  return value
}

/** A number as fraction (0.5 to 1) and power of two. */
export function fractionAndExponent(x: number): readonly [fraction: number, exponent: number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0]
  let [fraction, exponent] = [x, 0]
  for (; Math.abs(fraction) >= 1; exponent += 1) fraction /= 2
  for (; Math.abs(fraction) < 0.5; exponent -= 1) fraction *= 2
  return [fraction, exponent]
}

/** The natural logarithm. */
export function logarithm(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN
  if (x === 0) return -Infinity
  if (x === Infinity) return x
  let [fraction, exponent] = fractionAndExponent(x)
  if (fraction < Math.SQRT1_2) {
    fraction *= 2
    exponent -= 1
  }
  const ratio = (fraction - 1) / (fraction + 1)
  const square = ratio * ratio
  let sum = 0
  for (let n = 41; n >= 1; n -= 2) sum = sum * square + 1 / n
  return 2 * ratio * sum + exponent * ln2
}

/** The sine of an angle in radians. */
export function sine(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  const turns = Math.round(x / halfPi)
  const rest = x - turns * 1.5707963267341256 - turns * 6.077100506506192e-11
  switch (((turns % 4) + 4) % 4) {
    case 0:
      return sineSeries(rest)
    case 1:
      return cosineSeries(rest)
    case 2:
      return -sineSeries(rest)
    default:
      return -cosineSeries(rest)
  }
}

/** The cosine of an angle in radians. */
export function cosine(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN
  return x === 0 ? 1 : sine(Math.abs(x) + halfPi)
}

function sineSeries(x: number): number {
  let term = x
  let sum = x
  for (let n = 3; n < 24; n += 2) {
    term *= (-x * x) / (n * (n - 1))
    sum += term
  }
  return sum
}

function cosineSeries(x: number): number {
  let term = 1
  let sum = 1
  for (let n = 2; n < 24; n += 2) {
    term *= (-x * x) / (n * (n - 1))
    sum += term
  }
  return sum
}

/** The angle of a tangent. */
export function arcTangent(x: number): number {
  if (Number.isNaN(x)) return x
  if (Math.abs(x) > 1) return Math.sign(x) * halfPi - arcTangent(1 / x)
  // Halving the angle twice brings the series to where it is short.
  let small = x
  for (let n = 0; n < 2; n += 1) small /= 1 + Math.sqrt(1 + small * small)
  const square = small * small
  let sum = 0
  for (let n = 33; n >= 1; n -= 2) sum = 1 / n - square * sum
  return 4 * small * sum
}

/** The angle of a point. */
export function arcTangent2(y: number, x: number): number {
  if (x === 0 && y === 0) return Object.is(x, -0) ? (Object.is(y, -0) ? -Math.PI : Math.PI) : y
  const angle = arcTangent(y / x)
  if (x >= 0) return angle
  return y < 0 || Object.is(y, -0) ? angle - Math.PI : angle + Math.PI
}
