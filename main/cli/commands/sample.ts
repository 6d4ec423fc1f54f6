/** `sample`: trains the sample experiment, whose corpus is part of the program. */
import { fileURLToPath } from 'node:url'
import { jsonOption, type Command } from '../command.ts'
import { databaseOption } from '../database.ts'
import { stepsOption, trainFile } from './train.ts'

const SAMPLE = fileURLToPath(new URL('../../../resources/sample/sample.yaml', import.meta.url))

export const sample: Command = {
  name: 'sample',
  arguments: [],
  summary: 'Train the sample: three tasks on 1,500 sentences of web English, in one to two minutes.',
  details: [
    'Its corpus and settings come with the program. Every setting is also a flag:',
    '  sparse-sharing sample --joint.epochs 4',
  ],
  options: [databaseOption, jsonOption, stepsOption],
  settings: true,
  run: (args, context) => trainFile(SAMPLE, args, context),
}
