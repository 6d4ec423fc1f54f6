/** The window's application. It reaches the program through `bridge/` alone. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createStudioRouter } from './router.ts'
import './styles/tokens.css'
import './styles/base.css'

const router = createStudioRouter()
const app = createApp(App).use(createPinia()).use(router)
void router.isReady().then(() => app.mount('#app'))
