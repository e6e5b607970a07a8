import type { ReactNode } from 'react';

/** A component of the SDK that the sandbox does not draw: its name is shown, and what is inside it. */
export const toUnknown = (name: string) => {
  const Unknown = ({ children }: { children?: ReactNode }) => (
    <div className="ext-unknown">
      <div className="name">{name}: not drawn by the sandbox</div>
      {children}
    </div>
  );
  return Unknown;
};
