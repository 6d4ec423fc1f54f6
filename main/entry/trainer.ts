/** The process that trains. Started by trainer/fork.ts or as Electron's utility process. */
