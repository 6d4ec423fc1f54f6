/** Groups of runs that a person put together to compare them. They last until they are compared or removed. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { ownGroupKey, type OwnGroup } from '../../../shared/runs/groupKey.ts'

export const useOwnGroups = defineStore('ownGroups', () => {
  const groups = shallowRef<readonly OwnGroup[]>([])
  const keys = computed(() => groups.value.map(ownGroupKey))

  /** A run is in one group at most: it leaves the one that it was in. */
  function add(name: string, runs: readonly string[]): void {
    const others = groups.value.map((group) => ({ ...group, runs: group.runs.filter((run) => !runs.includes(run)) }))
    groups.value = [...others.filter((group) => group.runs.length > 0), { name, runs: [...runs] }]
  }
  function remove(index: number): void {
    groups.value = groups.value.filter((_, i) => i !== index)
  }
  return { groups, keys, add, remove }
})
