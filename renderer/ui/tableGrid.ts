/** The texts of an HTML table as a grid of rows and columns. */

/** A cell that spans several places is repeated in each. An exact value in data-value is preferred to the text. */
export function gridOf(table: HTMLTableElement): string[][] {
  const grid: string[][] = []
  Array.from(table.rows).forEach((row, r) => {
    grid[r] ??= []
    for (const cell of Array.from(row.cells)) {
      const column = firstUnset(grid[r])
      const text = cell.dataset.value ?? cell.innerText.trim().replace(/\s+/g, ' ')
      for (let i = 0; i < cell.rowSpan; i++)
        for (let j = 0; j < cell.colSpan; j++) (grid[r + i] ??= [])[column + j] = text
    }
  })
  return grid.map((row) => Array.from(row, (text) => text ?? ''))
}

function firstUnset(row: string[]): number {
  const gap = row.findIndex((text) => text === undefined)
  return gap < 0 ? row.length : gap
}
