/** An annotation project to train series on. Without the test runner, because a program in processes/ uses it too. */
export const SERIES_SETTINGS = {
  ...{ 'model.hidden': 6, 'model.wordDim': 6, 'model.charDim': 4, 'model.charFilters': 4, 'model.charOut': 4 },
  ...{ 'imp.epochs': 2, 'imp.maxRounds': 1, 'imp.patience': 2, 'optimizer.batchSize': 4 },
}

/** Of every sentence. */
export const SPANS = [
  { type: 'PER', from: 0, to: 1 },
  { type: 'LOC', from: 2, to: 3 },
]

export const seriesText = (sentences: number): string =>
  Array.from({ length: sentences }, (_, n) => `Anna${n} saw Lyon${n % 7} today .`).join('\n')
