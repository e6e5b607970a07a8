import { CloseButton } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import type { Alert } from '../protocol.ts';

type Notice = Alert & { readonly key: number };

const NoticeContext = createContext<((alert: Alert) => void) | null>(null);

/** Shows a floating alert, as `actions.addAlert` does. */
export const useNotify = (): ((alert: Alert) => void) => {
  const notify = useContext(NoticeContext);
  if (!notify) throw new Error('Used outside of NoticeProvider.');
  return notify;
};

const SHOWN_MS = 8000;
let next = 0;

export const NoticeProvider = ({ children }: { children: ReactNode }) => {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const remove = (key: number) => setNotices((before) => before.filter((notice) => notice.key !== key));
  const notify = useCallback((alert: Alert) => {
    const key = ++next;
    setNotices((before) => [...before, { ...alert, key }]);
    // A failure stays until it is read.
    if (alert.type !== 'danger') setTimeout(() => remove(key), SHOWN_MS);
  }, []);
  return (
    <NoticeContext.Provider value={notify}>
      {children}
      <div className="notices" role="region" aria-label="Notifications" aria-live="polite">
        {notices.map(({ key, type = 'info', title, message }) => (
          <div key={key} className={`ext-alert notice tone-${type}`}>
            <div>
              {title && <strong>{title}</strong>}
              <div>{message}</div>
            </div>
            <CloseButton size="sm" aria-label="Dismiss" onClick={() => remove(key)} />
          </div>
        ))}
      </div>
    </NoticeContext.Provider>
  );
};
