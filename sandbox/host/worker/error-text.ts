/** An error as text for the page's log: name, message and where it happened. */
export const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
