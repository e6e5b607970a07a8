/** The sandbox's control plane as its other parts call it. No part of HubSpot's API. */

/** The request that the control plane refused, with what it said. Trying again does not help. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly retry = false;
  readonly status: number;

  constructor(what: string, status: number, said: string) {
    super(`The sandbox answered ${status} to ${what}: ${said}`);
    this.status = status;
  }
}

/**
 * Asks the control plane. `path` begins with `/sandbox/`.
 *
 * @returns the answer's JSON, or `null` where there is no body
 * @throws ControlError when it answers anything but 2xx
 */
export const askSandbox = async (
  crmUrl: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const answer = await fetch(`${crmUrl}${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new ControlError(`${method} ${path}`, answer.status, text.slice(0, 500));
  return text === '' ? null : JSON.parse(text);
};

/** How far the sandbox's clock is ahead of the machine's, in milliseconds. */
export const readClockOffset = async (crmUrl: string): Promise<number> => {
  const { offsetMs } = (await askSandbox(crmUrl, 'GET', '/sandbox/clock')) as { offsetMs: number };
  return offsetMs;
};
