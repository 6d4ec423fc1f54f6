/** The report's pictures. */
import type { ExperimentReport } from '../figures.ts'
import { curvePicture } from './curvePicture.ts'
import { densityPicture } from './densityPicture.ts'
import { overlapPicture } from './overlapPicture.ts'
import type { Picture } from './pictureParts.ts'

export function pictures({ variants }: ExperimentReport): Picture[] {
  return variants.flatMap((variant) => [
    ...variant.curves.map((curve) => curvePicture(variant, curve)),
    ...variant.subnets.map((subnet) => densityPicture(variant, subnet)),
    ...[overlapPicture(variant)].filter((picture) => picture !== null),
  ])
}
