import type { ReactNode } from 'react';

/** A wide table in a narrow place scrolls by itself, by keyboard too. */
export const ScrollBox = ({ children }: { children: ReactNode }) => (
  <div className="scroll-box" role="group" aria-label="Table" tabIndex={0}>
    {children}
  </div>
);
