import { useRef, useState } from 'react';

/** What the user produced and the extension may still echo; enough for the fastest typist and the slowest worker. */
const MAX_ECHOES = 500;

/**
 * The value of an input whose owner lives in another thread.
 *
 * The trap: a value goes page -> worker -> page. When "a changed prop wins", the echo of an older keystroke overwrites
 * newer text and characters are lost. So a value that the user produced is recognised when it comes back and ignored;
 * only a foreign value (a reset, a template) replaces what is on the screen.
 */
export const useRemoteValue = <T>(remote: T | undefined, fallback: T) => {
  const [shown, setShown] = useState(remote ?? fallback);
  const remoteKey = keyOf(remote);
  const lastRemote = useRef(remoteKey);
  const produced = useRef<string[]>([]);
  const agreed = useRef(shown);
  let current = shown;
  if (lastRemote.current !== remoteKey) {
    lastRemote.current = remoteKey;
    const echo = produced.current.indexOf(remoteKey);
    if (echo >= 0) produced.current.splice(0, echo + 1);
    else {
      produced.current = [];
      current = remote ?? fallback;
      agreed.current = current;
      setShown(current);
    }
  }
  return {
    shown: current,
    /** The value that both sides know as committed: what was there first, came from outside, or was told. */
    agreed,
    /** Shows a value that the user made; call it before telling the extension. */
    produce: (value: T): void => {
      produced.current = [...produced.current.slice(1 - MAX_ECHOES), keyOf(value)];
      setShown(value);
    },
    /** Nothing the user produced is on its way any more, except this. */
    settle: (...pending: T[]): void => {
      produced.current = pending.map(keyOf);
    },
  };
};

const keyOf = (value: unknown): string => JSON.stringify(value) ?? '';
