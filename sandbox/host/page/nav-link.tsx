import { Anchor } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import { go, usePathname } from './route.ts';

/** A link inside the page: real, so that it can be opened in a new tab, but without loading the page again. */
export const NavLink = ({ to, children }: { to: string; children: ReactNode }) => {
  const pathname = usePathname();
  const clicked = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <Anchor href={to} onClick={clicked} size="sm" {...(to === pathname && { 'aria-current': 'page' })}>
      {children}
    </Anchor>
  );
};
