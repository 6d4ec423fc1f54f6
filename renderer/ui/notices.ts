/** Short messages about work that finished while another page was open, each with a link to its result. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Notice {
  text: string
  /** Where the link leads, and what it says. */
  path: string
  link: string
}

export const useNotices = defineStore('notices', () => {
  const notices = ref<Notice[]>([])
  function notify(notice: Notice): void {
    notices.value.push(notice)
  }
  function dismiss(notice: Notice): void {
    notices.value = notices.value.filter((one) => one !== notice)
  }
  return { notices, notify, dismiss }
})
