/** The image of a weight matrix: its blocks, their colours, and a description of the block under the cursor. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { countCombinations, expectedByChance } from '../../../shared/network/combinations.ts'
import { useTheme } from '../../charts/theme.ts'
import { blockColours, fullShare, gridOf, pixelsOf, type Rgb } from './blocks.ts'
import { countGroups, groupsOf, groupTable } from './groups.ts'
import { blockText, weightText } from './readout.ts'
import type { Picture } from './subnetsStore.ts'
import { useMatrixView } from './useMatrixView.ts'
import { blockAt } from './viewport.ts'

/** "rgb(1, 2, 3)", as getComputedStyle returns it. */
export function rgbOf(css: string): Rgb {
  const [red, green, blue] = (css.match(/[\d.]+/g) ?? []).map(Number)
  return [red, green, blue]
}

export function useBlockImage(canvas: Readonly<Ref<HTMLCanvasElement | null>>, picture: () => Picture) {
  const theme = useTheme()
  /** Weights per side of a block; 0: chosen by the zoom. */
  const chosenBlock = ref(0)
  /** Indices of the groups shown alone; empty: all. */
  const isolated = shallowRef<ReadonlySet<number>>(new Set())

  const weights = computed(() => picture().weights)
  const matrix = computed(() => ({
    width: weights.value.columns.reduce((sum, { count }) => sum + count, 0),
    height: weights.value.rows.reduce((sum, { count }) => sum + count, 0),
  }))
  const groups = computed(() =>
    groupsOf(
      picture().names,
      picture().rows.map(({ slot }) => slot),
    ),
  )
  const combinations = computed(() => countCombinations(weights.value.kept, picture().names.length))
  const counts = computed(() => countGroups(combinations.value, groups.value))
  const chance = computed(() => countGroups(expectedByChance([combinations.value]), groups.value))
  /** By group. */
  const shown = computed(() => groups.value.map((_, g) => (isolated.value.size === 0 ? g > 0 : isolated.value.has(g))))
  watch(
    () => groups.value.map(({ label }) => label).join(),
    () => {
      isolated.value = new Set()
    },
  )

  const matrixView = useMatrixView(canvas, matrix, () => block.value)
  const block = computed(() => chosenBlock.value || blockAt(matrixView.view.value.scale))
  const gridWith = (size: number) => {
    const { kept, rows, columns } = weights.value
    return gridOf(kept, rows, columns, size, groupTable(groups.value), groups.value.length)
  }
  const grid = computed(() => gridWith(block.value))
  const background = computed(() => rgbOf(theme.value.surface))
  const coloursOf = (of: typeof grid.value, full: number) =>
    blockColours(
      of,
      groups.value.map(({ colour }) => rgbOf(theme.value.token(colour))),
      shown.value,
      background.value,
      full,
    )
  /** The share of kept weights that has full colour. */
  const full = computed(() => (block.value === 1 ? 1 : fullShare(grid.value, shown.value)))
  const colours = computed(() => coloursOf(grid.value, full.value))
  /** One pixel per weight. */
  const image = computed(() => imageOf(grid.value, colours.value))
  /** The same without blocks. */
  const exactImage = () => {
    const exact = gridWith(1)
    return imageOf(exact, coloursOf(exact, 1))
  }
  function imageOf(of: typeof grid.value, pixels: Uint32Array): OffscreenCanvas {
    const { width, height } = matrix.value
    const canvas = new OffscreenCanvas(width, height)
    const data = new Uint8ClampedArray(pixelsOf(of, pixels).buffer)
    canvas.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
    return canvas
  }

  /** The block under the cursor, in weights; null without a cursor. */
  const framed = computed(() => {
    const { cursor } = matrixView
    if (cursor.value === null) return null
    const { rowEdges, columnEdges, rowBlock, columnBlock } = grid.value
    const [r, c] = [rowBlock[cursor.value.row], columnBlock[cursor.value.column]]
    if (r === undefined || c === undefined) return null
    const [left, top] = [columnEdges[c], rowEdges[r]]
    return { left, top, width: columnEdges[c + 1] - left, height: rowEdges[r + 1] - top }
  })
  const readout = computed(() => {
    const at = matrixView.cursor.value
    if (at === null || framed.value === null) return null
    const { rows, columns, kept } = weights.value
    return block.value === 1
      ? weightText(kept[at.row * matrix.value.width + at.column], at.row, at.column, rows, columns, picture().names)
      : blockText(grid.value, at.row, at.column, rows, columns, groups.value)
  })

  return {
    ...matrixView,
    theme,
    chosenBlock,
    isolated,
    weights,
    matrix,
    groups,
    counts,
    chance,
    shown,
    block,
    grid,
    background,
    full,
    colours,
    image,
    exactImage,
    framed,
    readout,
  }
}
