import { Button, Loader, Title } from '@mantine/core';
import { IconCloudOff, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Waiting, in words. */
export const LoadingView = ({ label }: { label: string }) => (
  <div className="state" role="status">
    <Loader size="sm" aria-hidden />
    <span>{label}…</span>
  </div>
);

/** What went wrong, and what can be done. */
export const ErrorView = ({
  title,
  sentence,
  retry,
}: {
  title: string;
  sentence: string;
  retry: () => void;
}) => (
  <div className="state column" role="alert">
    <IconCloudOff size={36} stroke={1.3} aria-hidden />
    <Title order={2} size="h4">
      {title}
    </Title>
    <p>{sentence}</p>
    <Button size="xs" variant="default" onClick={retry}>
      Try again
    </Button>
  </div>
);

/** Nothing here, and why. */
export const EmptyView = ({ children }: { children: ReactNode }) => (
  <div className="state column">
    <IconInbox size={32} stroke={1.3} aria-hidden />
    <p>{children}</p>
  </div>
);
