/** Does one operation after the other on the project `p` of a database, from a number on, and says each once it is kept. */
import { writeSync } from 'node:fs'
import { openStore } from '../../../main/store/index.ts'
import { work } from '../annotationWork.ts'

const [path, from] = process.argv.slice(2)
const { annotation } = openStore(path)
for (let n = Number(from); ; n++) {
  work(annotation, n)
  writeSync(1, `${n}\n`)
}
