import { createContext, type ReactNode, useContext, useState } from 'react';
import type { HostConfig, HostUser } from '../protocol.ts';
import { actAs } from './crm.ts';

type Session = {
  readonly config: HostConfig;
  readonly user: HostUser;
  readonly setUserId: (id: number) => void;
};

const SessionContext = createContext<Session | null>(null);
const KEY = 'sandbox-user';

/** @throws outside of the provider */
export const useSession = (): Session => {
  const session = useContext(SessionContext);
  if (!session) throw new Error('Used outside of SessionProvider.');
  return session;
};

/** Who uses the page; remembered per browser. */
export const SessionProvider = ({ config, children }: { config: HostConfig; children: ReactNode }) => {
  const [userId, setUserId] = useState(() => Number(localStorage.getItem(KEY)) || config.defaultUserId);
  const find = (id: number) => config.users.find((user) => user.id === id);
  const user = find(userId) ?? find(config.defaultUserId) ?? config.users[0];
  if (!user) return <p role="alert">This portal has no owner with a user, so nobody can use its records.</p>;
  actAs(user.id);
  const session = {
    config,
    user,
    setUserId: (id: number) => {
      localStorage.setItem(KEY, String(id));
      setUserId(id);
    },
  };
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
};

export const nameOf = (user: HostUser): string => `${user.firstName} ${user.lastName}`.trim() || user.email;
