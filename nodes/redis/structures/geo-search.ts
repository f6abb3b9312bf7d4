// Searches within a circle or a box: which cells of the map to look at, and whether a place lies inside.

import {
  type Area,
  areaOf,
  type Cell,
  degreesOf,
  distance,
  encode,
  latitudeDistance,
  neighbour,
  type Place,
  toRadians,
} from './geo-hash.ts'
import { cos } from './trigonometry.ts'

/** Metres. */
export type Shape =
  | { readonly kind: 'circle'; readonly centre: Place; readonly radius: number }
  | { readonly kind: 'box'; readonly centre: Place; readonly width: number; readonly height: number }

/** How far a place is from the centre, in metres; undefined if it lies outside. */
export function distanceWithin(shape: Shape, place: Place): number | undefined {
  const { centre } = shape
  if (shape.kind === 'circle') {
    const metres = distance(centre, place)
    return metres <= shape.radius ? metres : undefined
  }
  if (latitudeDistance(place.latitude, centre.latitude) > shape.height / 2) return undefined
  const abeam = distance(place, { longitude: centre.longitude, latitude: place.latitude })
  return abeam > shape.width / 2 ? undefined : distance(centre, place)
}

/** The cells that a shape may reach into, in the order in which Redis looks at them; none twice in a row. */
export function cellsOf(shape: Shape): readonly Cell[] {
  const bounds = boundsOf(shape)
  let cell = encode(shape.centre, stepsFor(shape))
  if (cell.step > 1 && isTooFine(cell, bounds)) cell = encode(shape.centre, cell.step - 1)
  const cells: Cell[] = []
  let last: Cell | undefined
  for (const [east, north] of directions(cell, bounds)) {
    const next = neighbour(cell, east, north)
    if (last !== undefined && next.bits === last.bits) continue
    cells.push(next)
    // Redis compares with the first cell only when it comes again, not with the second: a quirk of an index of 0.
    if (cells.length > 1) last = next
  }
  return cells
}

/** Centre, the four sides, the four corners. */
const around: readonly (readonly [east: number, north: number])[] = [
  [0, 0],
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
]

/** Leaves out the sides that the shape does not reach. */
function directions(cell: Cell, bounds: Area): readonly (readonly [east: number, north: number])[] {
  if (cell.step < 2) return around
  const area = areaOf(cell)
  return around.filter(
    ([east, north]) =>
      !(north < 0 && area.south < bounds.south) &&
      !(north > 0 && area.north > bounds.north) &&
      !(east < 0 && area.west < bounds.west) &&
      !(east > 0 && area.east > bounds.east),
  )
}

function boundsOf(shape: Shape): Area {
  const { longitude, latitude } = shape.centre
  const height = shape.kind === 'circle' ? shape.radius : shape.height / 2
  const width = shape.kind === 'circle' ? shape.radius : shape.width / 2
  const rows = degreesOf(height)
  // A degree of longitude is shortest on the side that is farther from the equator.
  const edge = latitude < 0 ? latitude - rows : latitude + rows
  const columns = degreesOf(width / cos(toRadians(edge)))
  return {
    west: longitude - columns,
    east: longitude + columns,
    south: latitude - rows,
    north: latitude + rows,
  }
}

const mercatorMax = 20037726.37

/** So many bits of each coordinate that nine cells cover the shape. */
function stepsFor(shape: Shape): number {
  let range =
    shape.kind === 'circle'
      ? shape.radius
      : Math.sqrt((shape.width / 2) * (shape.width / 2) + (shape.height / 2) * (shape.height / 2))
  if (range === 0) return 26
  let step = 1
  for (; range < mercatorMax; range *= 2) step++
  step -= 2
  const latitude = Math.abs(shape.centre.latitude)
  if (latitude > 66) step--
  if (latitude > 80) step--
  return Math.max(1, Math.min(26, step))
}

/** Whether the shape reaches beyond the neighbours. */
function isTooFine(cell: Cell, bounds: Area): boolean {
  return (
    areaOf(neighbour(cell, 0, 1)).north < bounds.north ||
    areaOf(neighbour(cell, 0, -1)).south > bounds.south ||
    areaOf(neighbour(cell, 1, 0)).east < bounds.east ||
    areaOf(neighbour(cell, -1, 0)).west > bounds.west
  )
}
