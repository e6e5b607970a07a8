/** Mistakes on the command line: a sentence, then how it is meant. */

/** What was typed cannot be meant. `message` says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly retry = false;
}

/** Runs `parse` (of node:util's parseArgs) and says its complaint as a sentence. @throws UsageError */
export const readArguments = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    // parseArgs throws TypeErrors that name the option; what follows the first sentence is advice for programmers.
    if (error instanceof TypeError)
      throw new UsageError(`${error.message.split('. ')[0] ?? ''}.`.replace(/\.\.$/, '.'), { cause: error });
    throw error;
  }
};

/** @throws UsageError when the text is no whole number in the range */
export const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (!/^\d{1,15}$/.test(text) || number < least || number > most)
    throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not “${text}”.`);
  return number;
};

/** Runs a command's body; a mistake is told on standard error with the usage (exit code 2), a failure without (1). */
export const runCommand = async (usage: string, body: () => Promise<void>): Promise<void> => {
  try {
    await body();
  } catch (error) {
    const isUsage = error instanceof UsageError;
    process.stderr.write(`${(error as Error).message}\n${isUsage ? `\n${usage}\n` : ''}`);
    process.exitCode = isUsage ? 2 : 1;
  }
};
